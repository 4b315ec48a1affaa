import { MINUTE } from "../../vitals/time";
import type { Label, LabelNumbers } from "./encoded-batch";
import { lastDayOf } from "./labels";

/** More labels than these are forgotten, and added again when they are used. */
const MAX_KNOWN = 20_000;

/** How long labels are known: one that had no capacity is offered again after it. */
const KNOWN_FOR = 10 * MINUTE;

/** `number` is `null` of a label that has none, `day` the last day of its use. */
type Known = { number: number | null; day: number };

/**
 * The labels that a process added lately, so that a batch need not add them again. It may be wrong, because another
 * process deletes labels, whose numbers are never used again: then the statement fails (see `isUnknownLabel`), which
 * changes nothing.
 */
class KnownLabels {
  readonly #known = new Map<string, Known>();
  #since = Number.NEGATIVE_INFINITY;

  /** The numbers of labels that a batch may use whose newest measurement was received at `newest`. */
  numbers(newest: number, at: number): LabelNumbers {
    if (Math.abs(at - this.#since) >= KNOWN_FOR) this.clear(at);
    const day = lastDayOf(newest);
    return {
      get: (text) => {
        const known = this.#known.get(text);
        return known === undefined || known.day < day ? undefined : known.number;
      },
    };
  }

  /** @param numbers see `numbersOf` */
  add(labels: readonly Label[], numbers: ReadonlyMap<string, number | null>, newest: number): void {
    if (this.#known.size + labels.length > MAX_KNOWN) this.#known.clear();
    const day = lastDayOf(newest);
    for (const { text, required } of labels) {
      const number = numbers.get(text) ?? null;
      // One that is required has a number, unless another process has just deleted it.
      if (number !== null || !required) this.#known.set(text, { number, day });
    }
  }

  clear(at: number): void {
    this.#known.clear();
    this.#since = at;
  }
}

const byStatements = new WeakMap<object, KnownLabels>();

/**
 * The labels that were added by these statements. A transaction has statements of its own, so that what it adds is not
 * known when it is rolled back.
 */
export function knownLabels(on: object): KnownLabels {
  const known = byStatements.get(on) ?? new KnownLabels();
  byStatements.set(on, known);
  return known;
}
