import type { Statements } from "../storage/statements.server";
import { selectSketches } from "../storage/summaries.server";
import { GRAINS, type Summary, type SummaryName, type SummarySet, tableName } from "../storage/summary-sets";
import { FIVE_MINUTES } from "../vitals/time";
import type { PendingGroup } from "./pending-groups";
import type { BucketChanges } from "./summary-changes";
import { WrittenPeriods } from "./written-periods.server";

/** A summary as the folds of a process change it, one after the other. */
export type OpenSummary = Summary & {
  /** Whether its sketch is known: what is stored, or empty bytes where nothing is. */
  isKnown: boolean;
  /** What the slice that is computed adds to it and removes from it. */
  changes: BucketChanges[];
};

const NOTHING = new Uint8Array(0);

/** Summaries of each set after which older ones are forgotten: more than two slices change. */
const MANY_SUMMARIES = 10_000;

type Opened = Map<number, Map<SummaryName, OpenSummary>>;

/** Summaries that were changed lately, and before that. */
type Summaries = { lately: Opened; before: Opened; count: number };

function newSummary(period: number, name: SummaryName): OpenSummary {
  const { metric, route, device, navigation, buildVersion } = name;
  return {
    period,
    metric,
    route,
    device,
    navigation,
    buildVersion,
    samples: 0,
    good: 0,
    needsImprovement: 0,
    poor: 0,
    sketch: NOTHING,
    isKnown: false,
    changes: [],
  };
}

/**
 * The summaries that the folds of a process change, as they are stored once all slices so far are written: the slices of a
 * batch, and the batches of a backlog, change the same ones one after the other. Bounded: of each set those that two slices
 * change.
 */
export class OpenSummaries {
  readonly #tables = new Map<string, Summaries>();
  /** Five minutes of measurements. */
  readonly #slots: WrittenPeriods;

  constructor(private readonly read: Statements) {
    this.#slots = new WrittenPeriods(read, "fiveMinutes");
  }

  /** Whether they should be cleared before more are read. */
  get isFull(): boolean {
    return this.#slots.size > MANY_SUMMARIES;
  }

  clear(): void {
    this.#tables.clear();
    this.#slots.clear();
  }

  /** The summaries of a set that groups change, with their sketches and those changes. */
  async of(set: SummarySet, groups: readonly PendingGroup[]): Promise<OpenSummary[]> {
    const summaries = this.#tableOf(set);
    const slotsPerPeriod = GRAINS[set.grain].length / FIVE_MINUTES;
    const changed: OpenSummary[] = [];
    for (const group of groups) {
      const period = Math.floor(group.slot / slotsPerPeriod);
      const summary = this.#summaryOf(summaries, period, group.kind.names[set.scope]);
      if (summary.changes.length > 0) summary.changes.push(group);
      else {
        summary.changes = [group];
        changed.push(summary);
      }
    }
    await this.#readSketches(
      set,
      changed.filter(({ isKnown }) => !isKnown),
    );
    return changed;
  }

  #tableOf(set: SummarySet): Summaries {
    const table = tableName(set);
    let summaries = this.#tables.get(table);
    if (summaries === undefined) {
      summaries = { lately: new Map(), before: new Map(), count: 0 };
      this.#tables.set(table, summaries);
    }
    if (summaries.count >= MANY_SUMMARIES) {
      this.#slots.assumeWritten();
      summaries.before = summaries.lately;
      summaries.lately = new Map();
      summaries.count = 0;
    }
    return summaries;
  }

  #summaryOf(summaries: Summaries, period: number, name: SummaryName): OpenSummary {
    let lately = summaries.lately.get(period);
    if (lately === undefined) {
      lately = new Map();
      summaries.lately.set(period, lately);
    }
    let summary = lately.get(name);
    if (summary === undefined) {
      summary = summaries.before.get(period)?.get(name) ?? newSummary(period, name);
      lately.set(name, summary);
      summaries.count += 1;
    }
    return summary;
  }

  async #readSketches(set: SummarySet, unknown: readonly OpenSummary[]): Promise<void> {
    let stored = unknown;
    if (set.grain === "fiveMinutes") {
      // Most of a backlog is of five minutes without any summaries.
      const slots = unknown.map(({ period }) => period);
      const written = await this.#slots.of(slots);
      stored = unknown.filter(({ period }) => written.has(period));
    }
    const read = await selectSketches(this.read, set, stored);
    for (const [i, summary] of stored.entries()) summary.sketch = read[i] ?? NOTHING;
    for (const summary of unknown) summary.isKnown = true;
  }
}
