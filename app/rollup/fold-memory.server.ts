import { type OpenPeriods, selectOpenPeriods, selectWrittenPeriods } from "../storage/fold-state.server";
import { type BuildLibraries, selectLibraries } from "../storage/releases.server";
import type { Statements } from "../storage/statements.server";
import { selectSketches } from "../storage/summaries.server";
import {
  type CoarseGrain,
  type Grain,
  type Summary,
  type SummaryKey,
  type SummarySet,
  tableName,
} from "../storage/summary-sets";
import { dayOf, type FoldState, hourOf } from "./fold-targets";

/** A summary's key, and a name of it that is unique in its set. */
export type NamedKey = { key: SummaryKey; name: string };

/** Sketches of each set after which older ones are forgotten. */
const MANY_SKETCHES = 10_000;

/** What was written lately, and before that. */
type Sketches = { lately: Map<string, Uint8Array>; before: Map<string, Uint8Array> };

/**
 * What a fold has read of the summaries and written to them. It holds while nobody else changes them, which their sequence
 * shows: the slices of a batch change the same summaries one after the other.
 */
export class FoldMemory {
  readonly #read: Statements;
  #open: Record<CoarseGrain, Set<number>> | null = null;
  readonly #written: Record<CoarseGrain, Map<number, boolean>> = { hourly: new Map(), daily: new Map() };
  readonly #slots = new Map<number, boolean>();
  readonly #libraries: BuildLibraries = new Map();
  readonly #sketches = new Map<string, Sketches>();

  constructor(read: Statements) {
    this.#read = read;
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

  /** The packed sketches of summaries, in their order; `null` where there is none. */
  async sketchesOf(set: SummarySet, keys: readonly NamedKey[]): Promise<Array<Uint8Array | null>> {
    const { lately, before } = this.#sketchesOf(set);
    const sketches = keys.map(({ name }) => lately.get(name) ?? before.get(name) ?? null);
    let unknown = keys.flatMap(({ key }, i) => (sketches[i] === null ? [{ key, i }] : []));
    if (set.grain === "fiveMinutes") {
      // Most of a backlog is of five minutes without any summaries.
      const slots = unknown.map(({ key }) => key.period);
      const written = await this.#writtenOf("fiveMinutes", slots, this.#slots);
      unknown = unknown.filter(({ key }) => written.has(key.period));
    }
    const read = await selectSketches(
      this.#read,
      set,
      unknown.map(({ key }) => key),
    );
    for (const [position, { i }] of unknown.entries()) sketches[i] = read[position] ?? null;
    return sketches;
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

  /** The summaries that a slice writes. */
  wrote(set: SummarySet, keys: readonly NamedKey[], summaries: readonly Summary[]): void {
    const sketches = this.#sketchesOf(set);
    if (sketches.lately.size >= MANY_SKETCHES) {
      for (const slot of this.#slots.keys()) this.#slots.set(slot, true);
      sketches.before = sketches.lately;
      sketches.lately = new Map();
    }
    for (const [i, { name }] of keys.entries()) sketches.lately.set(name, (summaries[i] as Summary).sketch);
  }

  #sketchesOf(set: SummarySet): Sketches {
    const table = tableName(set);
    let sketches = this.#sketches.get(table);
    if (sketches === undefined) {
      sketches = { lately: new Map(), before: new Map() };
      this.#sketches.set(table, sketches);
    }
    return sketches;
  }
}
