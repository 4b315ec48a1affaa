import { type OpenPeriods, selectOpenPeriods, selectWrittenPeriods } from "../storage/fold-state.server";
import { PendingKinds } from "../storage/pending-kinds";
import { type BuildLibraries, selectLibraries } from "../storage/releases.server";
import type { Statements } from "../storage/statements.server";
import { selectSketches } from "../storage/summaries.server";
import {
  type CoarseGrain,
  GRAINS,
  type Grain,
  type Summary,
  type SummaryName,
  type SummarySet,
  tableName,
} from "../storage/summary-sets";
import { FIVE_MINUTES } from "../vitals/time";
import { dayOf, type FoldState, hourOf } from "./fold-targets";
import type { PendingGroup } from "./pending-groups";
import type { BucketChanges } from "./summary-changes";

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

/** Kinds of measurements after which they are forgotten, and characters of their texts: senders can make each 4,000 long. */
const MANY_KINDS = { kinds: 30_000, characters: 8_000_000 };

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
 * What the folds of a process have read of the summaries and written to them. It holds while nobody else changes them, which
 * their sequence shows: the slices of a batch, and the batches of a backlog, change the same summaries one after the other.
 */
export class FoldMemory {
  /** Those of the measurements that were read. */
  readonly kinds = new PendingKinds();
  readonly #read: Statements;
  #isInUse = false;
  /** The value of the sequence after all that was computed; `null` where that is not known. */
  #sequence: number | null = null;
  #open: Record<CoarseGrain, Set<number>> | null = null;
  readonly #written: Record<CoarseGrain, Map<number, boolean>> = { hourly: new Map(), daily: new Map() };
  readonly #libraries: BuildLibraries = new Map();
  readonly #slots = new Map<number, boolean>();
  readonly #summaries = new Map<string, Summaries>();

  constructor(read: Statements) {
    this.#read = read;
  }

  /** Runs a batch with this memory, or with another one while a batch runs with it. */
  async use<T>(batch: (memory: FoldMemory) => Promise<T>): Promise<T> {
    if (this.#isInUse) return batch(new FoldMemory(this.#read));
    this.#isInUse = true;
    try {
      return await batch(this);
    } finally {
      this.#isInUse = false;
    }
  }

  /** Begins a batch; forgets what others may have changed since the last one. */
  begin(sequence: number): void {
    this.#open = null;
    this.#written.hourly.clear();
    this.#written.daily.clear();
    this.#libraries.clear();
    const { isFull } = this;
    if (isFull) this.kinds.clear();
    if (isFull || sequence !== this.#sequence) {
      this.#summaries.clear();
      this.#slots.clear();
    }
    this.#sequence = sequence;
  }

  /** Whether the next batch must begin before more is read. */
  get isFull(): boolean {
    const { kinds, characters } = this.kinds.size;
    return (
      kinds > MANY_KINDS.kinds || characters > MANY_KINDS.characters || this.#slots.size > MANY_SUMMARIES
    );
  }

  /** A slice was computed, and will be written as the next one. */
  advance(): void {
    if (this.#sequence !== null) this.#sequence += 1;
  }

  /** Something that was computed is not written. */
  invalidate(): void {
    this.#sequence = null;
  }

  /** The state of the hours and days of some five minutes. */
  async stateOf(slots: Iterable<number>): Promise<FoldState> {
    if (this.#open === null) {
      const { hourly, daily }: OpenPeriods = await selectOpenPeriods(this.#read);
      this.#open = { hourly: new Set(hourly), daily: new Set(daily) };
    }
    const all = [...slots];
    return {
      open: this.#open,
      written: {
        hourly: await this.#writtenOf("hourly", all.map(hourOf), this.#written.hourly),
        daily: await this.#writtenOf("daily", all.map(dayOf), this.#written.daily),
      },
    };
  }

  /** Those of some periods that had summaries when they were first asked for. */
  async #writtenOf(
    grain: Grain,
    units: readonly number[],
    known: Map<number, boolean>,
  ): Promise<ReadonlySet<number>> {
    const unknown = [...new Set(units)].filter((unit) => !known.has(unit));
    const written = await selectWrittenPeriods(this.#read, grain, unknown);
    for (const unit of unknown) known.set(unit, written.has(unit));
    return new Set(units.filter((unit) => known.get(unit) === true));
  }

  /** The summaries of a set that groups change, with their sketches and those changes. */
  async summariesOf(set: SummarySet, groups: readonly PendingGroup[]): Promise<OpenSummary[]> {
    const summaries = this.#summariesOf(set);
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

  #summariesOf(set: SummarySet): Summaries {
    const table = tableName(set);
    let summaries = this.#summaries.get(table);
    if (summaries === undefined) {
      summaries = { lately: new Map(), before: new Map(), count: 0 };
      this.#summaries.set(table, summaries);
    }
    if (summaries.count >= MANY_SUMMARIES) {
      for (const slot of this.#slots.keys()) this.#slots.set(slot, true);
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
      const written = await this.#writtenOf("fiveMinutes", slots, this.#slots);
      stored = unknown.filter(({ period }) => written.has(period));
    }
    const read = await selectSketches(this.#read, set, stored);
    for (const [i, summary] of stored.entries()) summary.sketch = read[i] ?? NOTHING;
    for (const summary of unknown) summary.isKnown = true;
  }

  /** Hours and days that a slice opens. */
  opened(opened: Readonly<Record<CoarseGrain, readonly number[]>>): void {
    for (const grain of ["hourly", "daily"] as const) {
      for (const unit of opened[grain]) this.#open?.[grain].add(unit);
    }
  }

  /** The libraries of builds. */
  async librariesOf(builds: readonly string[]): Promise<BuildLibraries> {
    const unknown = builds.filter((build) => !this.#libraries.has(build));
    const read = await selectLibraries(this.#read, unknown);
    return new Map(
      builds.map((build) => [build, this.#libraries.get(build) ?? read.get(build) ?? new Map()]),
    );
  }

  /** The libraries that a slice writes. */
  counted(libraries: BuildLibraries): void {
    for (const [build, counts] of libraries) this.#libraries.set(build, counts);
  }
}
