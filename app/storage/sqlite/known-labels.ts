import { MINUTE } from "../../vitals/time";
import type { EncodedBatch, Label } from "./encoded-batch";
import { lastDayOf } from "./labels";

/** More labels than these are forgotten, and added again when they are used. */
const MAX_KNOWN = 20_000;

/** How long labels are known: one that had no capacity is offered again after it. */
const KNOWN_FOR = 10 * MINUTE;

/**
 * The labels that a process added lately, so that a batch need not add them again. It may be wrong, because another
 * process deletes labels: then a text is stored in its row, and a route or build fails the statement (see
 * `isUnknownLabel`), which changes nothing.
 */
class KnownLabels {
  /** The last day of use of each. */
  readonly #days = new Map<string, number>();
  #since = Number.NEGATIVE_INFINITY;

  unknown({ labels, newest }: EncodedBatch, at: number): Label[] {
    if (Math.abs(at - this.#since) >= KNOWN_FOR) this.clear(at);
    const day = lastDayOf(newest);
    return labels.filter(({ text }) => (this.#days.get(text) ?? 0) < day);
  }

  add(labels: readonly Label[], newest: number): void {
    if (this.#days.size + labels.length > MAX_KNOWN) this.#days.clear();
    for (const { text } of labels) this.#days.set(text, lastDayOf(newest));
  }

  clear(at: number): void {
    this.#days.clear();
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
