import { type OpenPeriods, selectOpenPeriods } from "../storage/fold-state.server";
import { PendingKinds } from "../storage/pending-kinds";
import { type BuildLibraries, selectLibraries } from "../storage/releases.server";
import type { Statements } from "../storage/statements.server";
import type { CoarseGrain } from "../storage/summary-sets";
import { dayOf, type FoldState, hourOf } from "./fold-targets";
import { OpenSummaries } from "./open-summaries.server";
import { WrittenPeriods } from "./written-periods.server";

/** Kinds of measurements after which they are forgotten, and characters of their texts: senders can make each 4,000 long. */
const MANY_KINDS = { kinds: 30_000, characters: 8_000_000 };

/**
 * What the folds of a process have read and written. It holds while nobody else changes the summaries, which their sequence
 * shows.
 */
export class FoldMemory {
  /** Those of the measurements that were read. */
  readonly kinds = new PendingKinds();
  readonly summaries: OpenSummaries;
  readonly #read: Statements;
  #isInUse = false;
  /** The value of the sequence after all that was computed; `null` where that is not known. */
  #sequence: number | null = null;
  #open: Record<CoarseGrain, Set<number>> | null = null;
  readonly #written: Readonly<Record<CoarseGrain, WrittenPeriods>>;
  readonly #libraries: BuildLibraries = new Map();

  constructor(read: Statements) {
    this.#read = read;
    this.summaries = new OpenSummaries(read);
    this.#written = { hourly: new WrittenPeriods(read, "hourly"), daily: new WrittenPeriods(read, "daily") };
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
    if (isFull || sequence !== this.#sequence) this.summaries.clear();
    this.#sequence = sequence;
  }

  /** Whether the next batch must begin before more is read. */
  get isFull(): boolean {
    const { kinds, characters } = this.kinds.size;
    return kinds > MANY_KINDS.kinds || characters > MANY_KINDS.characters || this.summaries.isFull;
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
        hourly: await this.#written.hourly.of(all.map(hourOf)),
        daily: await this.#written.daily.of(all.map(dayOf)),
      },
    };
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
