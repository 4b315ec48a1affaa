import type { ComparisonPlan } from "./plan";
import { BASELINE } from "../../stats/comparison/pools";
import { addDecoded } from "../../stats/sketch/decoded-sketches";
import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, quantile } from "../../stats/sketch/sketch";
import { MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import { HOUR, HOURS_OF_DAY } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import type { LoadedUnit } from "./cells.server";
import type { BaselineStep } from "./comparison-result";
import type { GroupDecoder } from "../summaries/sketch-decoder";
import { emptySketches, type MetricSketches, type TrendPoint } from "../view/view-result";

/** Everything that was read of the baseline, as it is: neither re-weighted nor matched. */
export function baselineSketches(loaded: readonly LoadedUnit[], decode: GroupDecoder): MetricSketches {
  const sketches = emptySketches();
  for (const { side, groups } of loaded) {
    if (side !== BASELINE) continue;
    for (const group of groups) addDecoded(sketches[group.metric], decode(group));
  }
  return sketches;
}

/**
 * The baseline's chosen metric and percentile at the hours that each step of a trend is compared with: the same ones, the
 * same clock hours of the earlier days, or those before the switch. `null` where clocks are not matched.
 */
export function baselineTrend(
  plan: ComparisonPlan,
  loaded: readonly LoadedUnit[],
  { metric, percentile }: Pick<CockpitQuery, "metric" | "percentile">,
  trend: readonly TrendPoint[],
  decode: GroupDecoder,
): BaselineStep[] | null {
  if (plan.kind === "lifetime") return null;
  const byHour = new Map<number, LoadedUnit>();
  for (const unit of loaded) if (unit.side === BASELINE && unit.at !== null) byHour.set(unit.at, unit);
  const matches = matchesOf(plan);
  return trend.map(({ from, to }) => {
    const sketch = createSketch(scaleOf(metric));
    // A step of some minutes has the hour that it lies in.
    for (let hour = Math.floor(from / HOUR); hour * HOUR < to; hour += 1) {
      for (const at of matches.get(hour) ?? []) {
        for (const group of byHour.get(at)?.groups ?? []) {
          if (group.metric === metric) addDecoded(sketch, decode(group));
        }
      }
    }
    const shown = sketch.n >= MIN_SAMPLES_FOR_PERCENTILE;
    return { n: sketch.n, value: shown ? quantile(sketch, percentile / 100) : null };
  });
}

/** The baseline's hours that each hour of the current release is compared with. */
function matchesOf(plan: Exclude<ComparisonPlan, { kind: "lifetime" }>): Map<number, number[]> {
  switch (plan.kind) {
    case "concurrent":
      return new Map(plan.current.map((hour) => [hour, [hour]]));
    case "before-after":
      return new Map(plan.current.map((hour, i) => [hour, [plan.baseline[i] as number]]));
    case "day-shifted": {
      const earlier = plan.days.flat();
      return new Map(
        plan.current.map((hour) => [hour, earlier.filter((other) => (other - hour) % HOURS_OF_DAY === 0)]),
      );
    }
  }
}
