import { selectWrittenPeriods } from "../storage/fold-state.server";
import type { Statements } from "../storage/statements.server";
import type { Grain } from "../storage/summary-sets";

/** Which periods of a length have summaries, as it was when they were first asked for. */
export class WrittenPeriods {
  readonly #known = new Map<number, boolean>();

  constructor(
    private readonly read: Statements,
    private readonly grain: Grain,
  ) {}

  /** How many periods are known. */
  get size(): number {
    return this.#known.size;
  }

  /** Those of some periods that have summaries. */
  async of(periods: readonly number[]): Promise<ReadonlySet<number>> {
    const unknown = [...new Set(periods)].filter((period) => !this.#known.has(period));
    const written = await selectWrittenPeriods(this.read, this.grain, unknown);
    for (const period of unknown) this.#known.set(period, written.has(period));
    return new Set(periods.filter((period) => this.#known.get(period) === true));
  }

  /** All periods that are known may have summaries by now. */
  assumeWritten(): void {
    for (const period of this.#known.keys()) this.#known.set(period, true);
  }

  clear(): void {
    this.#known.clear();
  }
}
