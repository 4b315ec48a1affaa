import { MILLISECONDS } from "../../stats/sketch/scale";
import { copySketch } from "../../stats/sketch/sketch";
import { byMetric } from "../../vitals/metrics";
import { createByteCache } from "../summaries/byte-cache";
import { type ClosedPeriods, createClosedPeriods } from "../summaries/closed-periods";
import { createResultMemory, identityOf, type ResultMemory } from "../summaries/identities";
import type { PeriodSummaries } from "../summaries/summary-reader.server";
import type { RouteSketches } from "./route-merge";
import {
  addSketches,
  emptySketches,
  type MetricSketches,
  type RouteResult,
  type TrendPoint,
} from "./view-result";

/**
 * What views remember between requests. Each part is valid for the very summaries that it was computed from, so a view is
 * the same with and without it.
 */
export type ViewMemory = {
  closed: ClosedPeriods;
  /** What routes have in the closed periods of all stretches of a view. */
  bases: ResultMemory<RouteSketches>;
  routes: ResultMemory<RouteResult[]>;
  steps: StepMemory;
};

/** Sizes of the caches in bytes. */
export type ViewMemoryLimits = { closed: number; bases: number; routes: number; steps: number };

/** Most metrics are in milliseconds, and the others have fewer buckets. */
const SKETCH_BYTES = Float64Array.BYTES_PER_ELEMENT * MILLISECONDS.edges.length;
/** Of five metrics. */
const SKETCHES_BYTES = 5 * SKETCH_BYTES;

/** Of a route's distributions, and of the figures that pages remember of them. */
const ROUTE_BYTES = 6 * 700;

export const createViewMemory = ({ closed, bases, routes, steps }: ViewMemoryLimits): ViewMemory => ({
  closed: createClosedPeriods(closed),
  bases: createResultMemory(bases, ({ size }) => size * SKETCHES_BYTES),
  routes: createResultMemory(routes, (results) => results.length * ROUTE_BYTES),
  steps: createStepMemory(steps),
});

/** A step of a trend, and the summaries that it consists of. */
export type PlannedStep = Pick<TrendPoint, "from" | "to"> & { units: readonly PeriodSummaries[] };

/**
 * The sketches of a trend's steps, and their sum: those of the latest trend of the same key where their summaries are the
 * same objects.
 */
export type StepMemory = (
  key: string,
  steps: readonly PlannedStep[],
  merge: (units: readonly PeriodSummaries[]) => MetricSketches,
) => { metrics: MetricSketches[]; total: MetricSketches };

type Step = { parts: readonly number[]; metrics: MetricSketches };

type Remembered = {
  steps: ReadonlyMap<string, Step>;
  /** The sum of all steps but the last, which most writes change. */
  before: MetricSketches;
};

/** @param maxBytes size of the least-recently-used cache */
function createStepMemory(maxBytes: number): StepMemory {
  const cache = createByteCache<string, Remembered>(
    maxBytes,
    ({ steps }) => (steps.size + 1) * SKETCHES_BYTES,
  );
  return (key, planned, merge) => {
    const known = cache.get(key);
    const steps = new Map(
      planned.map(({ from, to, units }): [string, Step] => {
        const name = `${from} ${to}`;
        const parts = units.flatMap((unit) => unit.parts ?? [unit]).map(identityOf);
        const step = known?.steps.get(name);
        const isSame =
          step?.parts.length === parts.length && parts.every((part, i) => part === step.parts[i]);
        return [name, step !== undefined && isSame ? step : { parts, metrics: merge(units) }];
      }),
    );
    const metrics = [...steps.values()].map((step) => step.metrics);
    const last = metrics.at(-1);
    const before = sumBefore(metrics, known);
    cache.set(key, { steps, before });
    const total = byMetric((metric) => copySketch(before[metric]));
    if (last !== undefined) addSketches(total, last);
    return { metrics, total };
  };
}

/** The sum of all steps but the last: the remembered one where it is of the same sketches. */
function sumBefore(metrics: readonly MetricSketches[], known: Remembered | undefined): MetricSketches {
  const earlier = metrics.slice(0, -1);
  const summed = [...(known?.steps.values() ?? [])].slice(0, -1);
  const isSame = summed.length === earlier.length && summed.every((step, i) => step.metrics === earlier[i]);
  if (known !== undefined && isSame) return known.before;
  const sum = emptySketches();
  for (const sketches of earlier) addSketches(sum, sketches);
  return sum;
}
