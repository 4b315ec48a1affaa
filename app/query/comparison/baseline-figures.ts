import { BASELINE } from "../../stats/comparison/pools";
import { addDecoded, addDecodedAt, type DecodedSketches } from "../../stats/sketch/decoded-sketches";
import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, quantile, type Sketch } from "../../stats/sketch/sketch";
import { METRICS, type Metric, MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import { HOUR, HOURS_OF_DAY } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import type { SketchDecoder } from "../summaries/sketch-decoder";
import { emptySketches, type MetricSketches, type TrendPoint } from "../view/view-result";
import type { LoadedUnit } from "./cells.server";
import type { BaselineStep } from "./comparison-result";
import { eachSketch, type History } from "./history.server";
import type { ComparisonPlan, Hours } from "./plan";

/** Sketches of one metric of the baseline: all of a group, or the one at an index. */
export type BaselinePart = {
  /** The hour since the epoch, where it is a single one. */
  at: number | null;
  metric: Metric;
  decoded: DecodedSketches;
  index: number | null;
};

/** The baseline among units that were read by build. */
export const partsOfUnits = (loaded: readonly LoadedUnit[], decode: SketchDecoder): BaselinePart[] =>
  loaded
    .filter(({ side }) => side === BASELINE)
    .flatMap(({ at, groups }) =>
      groups.map((group) => ({ at, metric: group.metric, decoded: decode(group), index: null })),
    );

/** The baseline among the hours of all builds. */
export function partsOfHistory(
  history: History,
  hours: Hours,
  baseline: string,
  decode: SketchDecoder,
): BaselinePart[] {
  const parts: BaselinePart[] = [];
  for (const at of hours) {
    for (const metric of METRICS) {
      eachSketch(history, at, metric, decode, (build, _, decoded, index) => {
        if (build === baseline) parts.push({ at, metric, decoded, index });
      });
    }
  }
  return parts;
}

function addPart(sketch: Sketch, { decoded, index }: BaselinePart): void {
  if (index === null) addDecoded(sketch, decoded);
  else addDecodedAt(sketch, decoded, index);
}

/** All of the baseline, as it is: neither re-weighted nor matched. */
export function baselineSketches(parts: readonly BaselinePart[]): MetricSketches {
  const sketches = emptySketches();
  for (const part of parts) addPart(sketches[part.metric], part);
  return sketches;
}

/**
 * The baseline's chosen metric and percentile at the hours that each step of a trend is compared with: the same ones, or
 * the same clock hours of its own days. `null` where clocks are not matched.
 */
export function baselineTrend(
  plan: ComparisonPlan,
  parts: readonly BaselinePart[],
  { metric, percentile }: Pick<CockpitQuery, "metric" | "percentile">,
  trend: readonly TrendPoint[],
): BaselineStep[] | null {
  if (plan.kind === "lifetime") return null;
  const byHour = new Map<number, BaselinePart[]>();
  for (const part of parts) {
    if (part.at === null || part.metric !== metric) continue;
    const known = byHour.get(part.at);
    if (known === undefined) byHour.set(part.at, [part]);
    else known.push(part);
  }
  return trend.map(({ from, to }) => {
    const sketch = createSketch(scaleOf(metric));
    // A step of some minutes has the hour that it lies in.
    for (let hour = Math.floor(from / HOUR); hour * HOUR < to; hour += 1) {
      for (const at of matchesOf(plan, hour)) for (const part of byHour.get(at) ?? []) addPart(sketch, part);
    }
    const isEnough = sketch.n >= MIN_SAMPLES_FOR_PERCENTILE;
    return { n: sketch.n, value: isEnough ? quantile(sketch, percentile / 100) : null };
  });
}

/** The baseline's hours that an hour of the current release is compared with. */
function matchesOf(plan: Exclude<ComparisonPlan, { kind: "lifetime" }>, hour: number): Hours {
  if (!plan.current.includes(hour)) return [];
  if (plan.baseline.includes(hour)) return [hour];
  return plan.kind === "concurrent" ? [] : plan.baseline.filter((at) => (at - hour) % HOURS_OF_DAY === 0);
}
