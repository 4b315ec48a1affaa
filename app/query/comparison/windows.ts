import { byMetric } from "../../vitals/metrics";
import { HOUR, HOURS_OF_DAY, type TimeWindow } from "../../vitals/time";
import type { ComparisonWindows } from "./comparison-result";
import type { ComparisonPlan, Hours } from "./plan";
import type { SiteModel } from "./site-model";

/** The windows of a plan, in ms. */
export function windowsOf(plan: ComparisonPlan, model: SiteModel | null): ComparisonWindows {
  const isModel = plan.kind === "model";
  const history = isModel ? new Set(plan.history.flatMap(({ hours }) => hours)).size : 0;
  return {
    kind: plan.kind,
    current: timesOf(plan.current),
    baseline: timesOf(plan.baseline),
    hours: plan.current.length,
    historyDays: isModel ? history / HOURS_OF_DAY : null,
    concurrentShare: model === null ? null : byMetric((metric) => model.get(metric)?.joint?.concurrent ?? 0),
  };
}

/** Stretches of neighbouring hours, in ms. */
function timesOf(hours: Hours): TimeWindow[] {
  const windows: TimeWindow[] = [];
  for (const hour of hours) {
    const last = windows.at(-1);
    if (last !== undefined && last.to === hour * HOUR) last.to = (hour + 1) * HOUR;
    else windows.push({ from: hour * HOUR, to: (hour + 1) * HOUR });
  }
  return windows;
}
