import { baselineHours, type ComparisonPlan, earlierDaysOf, type Hours } from "./plan";
import { HOUR, type TimeWindow } from "../../vitals/time";
import type { ComparisonWindows } from "./comparison-result";

/** The windows of a plan, in ms. */
export const windowsOf = (plan: ComparisonPlan): ComparisonWindows => ({
  kind: plan.kind,
  current: timesOf(plan.current),
  baseline: timesOf(baselineHours(plan)),
  hours: plan.current.length,
  earlierDays: earlierDaysOf(plan),
});

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
