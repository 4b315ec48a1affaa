import { MILLISECONDS } from "../../stats/sketch/scale";
import { createByteCache } from "../summaries/byte-cache";
import { type ClosedPeriods, createClosedPeriods } from "../summaries/closed-periods";
import { createResultMemory, identityOf, type ResultMemory } from "../summaries/identities";
import type { PeriodSummaries } from "../summaries/summary-reader.server";
import type { MetricSketches, RouteResult, TrendPoint } from "./view-result";

/**
 * What views remember between requests. Each part is valid for the very summaries that it was computed from, so a view is
 * the same with and without it.
 */
export type ViewMemory = {
  closed: ClosedPeriods;
  routes: ResultMemory<RouteResult[]>;
  steps: StepMemory;
};

/** Sizes of the caches in bytes. */
export type ViewMemoryLimits = { closed: number; routes: number; steps: number };

/** Most metrics are in milliseconds, and the others have fewer buckets. */
const SKETCH_BYTES = Float64Array.BYTES_PER_ELEMENT * MILLISECONDS.edges.length;
/** Of five metrics. */
const SKETCHES_BYTES = 5 * SKETCH_BYTES;

export const createViewMemory = ({ closed, routes, steps }: ViewMemoryLimits): ViewMemory => ({
  closed: createClosedPeriods(closed),
  // `waitedTtfb` is a sketch more.
  routes: createResultMemory(routes, (results) => results.length * (SKETCHES_BYTES + SKETCH_BYTES)),
  steps: createStepMemory(steps),
});

/** A step of a trend, and the summaries that it consists of. */
export type PlannedStep = Pick<TrendPoint, "from" | "to"> & { units: readonly PeriodSummaries[] };

/** The sketches of a trend's steps: those of the latest trend of the same key where their summaries are the same objects. */
export type StepMemory = (
  key: string,
  steps: readonly PlannedStep[],
  merge: (units: readonly PeriodSummaries[]) => MetricSketches,
) => MetricSketches[];

type Remembered = ReadonlyMap<string, { parts: readonly number[]; metrics: MetricSketches }>;

/** @param maxBytes size of the least-recently-used cache */
function createStepMemory(maxBytes: number): StepMemory {
  const cache = createByteCache<string, Remembered>(maxBytes, ({ size }) => size * SKETCHES_BYTES);
  return (key, steps, merge) => {
    const before = cache.get(key);
    const now = new Map(
      steps.map(({ from, to, units }) => {
        const name = `${from} ${to}`;
        const parts = units.flatMap((unit) => unit.parts ?? [unit]).map(identityOf);
        const known = before?.get(name);
        const isSame =
          known?.parts.length === parts.length && parts.every((part, i) => part === known.parts[i]);
        return [name, known !== undefined && isSame ? known : { parts, metrics: merge(units) }] as const;
      }),
    );
    cache.set(key, now);
    return [...now.values()].map(({ metrics }) => metrics);
  };
}
