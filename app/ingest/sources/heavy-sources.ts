import { METRICS, type Metric } from "../../vitals/metrics";
import type { SourceClass } from "../../vitals/sources";

/** Counts by metric, in the order of `METRICS`. */
export type MetricCounts = number[];

export const noCounts = (): MetricCounts => METRICS.map(() => 0);

export const INDEX_OF_METRIC: Readonly<Record<Metric, number>> = Object.fromEntries(
  METRICS.map((metric, index) => [metric, index]),
) as Record<Metric, number>;

/** What one source sent; `null` parts of the class differ among its beacons. */
export type SourceEntry = {
  counts: MetricCounts;
  /** Class of the first beacon. */
  first: SourceClass;
  sameBrowser: boolean;
  sameDevice: boolean;
  sameOrigin: boolean;
};

/**
 * The sources that sent most, of a stream of any length, in bounded memory: the algorithm of Misra and Gries in batches.
 * Counts are lower bounds. With `capacity` sources, one that sends a steady share above `1 / capacity` is not lost.
 * @see https://doi.org/10.1016/0167-6423(82)90012-0
 */
export class HeavySources {
  readonly totals = noCounts();
  #entries = new Map<number, SourceEntry>();

  constructor(private readonly capacity: number) {}

  get entries(): ReadonlyMap<number, SourceEntry> {
    return this.#entries;
  }

  /**
   * Counts one value of each of `metrics`.
   * @returns by how much the number of entries changed
   */
  add(key: number, metrics: readonly number[], source: SourceClass): number {
    this.addTotals(metrics);
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      count(entry.counts, metrics);
      if (entry.first !== source) mark(entry, source);
      return 0;
    }
    const counts = noCounts();
    count(counts, metrics);
    this.#entries.set(key, {
      counts,
      first: source,
      sameBrowser: true,
      sameDevice: true,
      sameOrigin: true,
    });
    return this.#entries.size < 2 * this.capacity ? 1 : 1 + this.trim(this.capacity);
  }

  /** Counts values whose source is not counted. */
  addTotals(metrics: readonly number[]): void {
    count(this.totals, metrics);
  }

  /** Reduces the entries to the `most` largest. @returns by how much their number changed, 0 or less */
  trim(most: number): number {
    const before = this.#entries.size;
    if (before <= most) return 0;
    const largest = [...this.#entries].map(([key, entry]) => ({
      key,
      entry,
      weight: Math.max(...entry.counts),
    }));
    largest.sort((a, b) => b.weight - a.weight);
    this.#entries = new Map(largest.slice(0, most).map(({ key, entry }) => [key, entry]));
    return this.#entries.size - before;
  }
}

function count(counts: MetricCounts, metrics: readonly number[]): void {
  for (const metric of metrics) counts[metric] = (counts[metric] ?? 0) + 1;
}

function mark(entry: SourceEntry, { browser, device, origin }: SourceClass): void {
  const { first } = entry;
  if (browser !== first.browser) entry.sameBrowser = false;
  if (device !== first.device) entry.sameDevice = false;
  if (origin !== first.origin) entry.sameOrigin = false;
}
