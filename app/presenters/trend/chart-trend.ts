import type { CockpitQuery } from "../../query/cockpit-query";
import type { Comparison } from "../../query/comparison/comparison-result";
import type { ViewResult } from "../../query/view/view-result";
import type { Sketch } from "../../stats/sketch/sketch";
import type { TimeWindow } from "../../vitals/time";

/**
 * The trend of the chosen metric that chart, table, JSON, CSV and SVG share: while comparing that of both releases, else that
 * of the view. `step` in ms.
 */
export type ChartTrend = {
  window: TimeWindow;
  step: number;
  /** `baseline` is `null` where nothing is compared. */
  steps: Array<TimeWindow & { current: Sketch; baseline: Sketch | null }>;
};

export function chartTrend(
  { window, step, trend }: Pick<ViewResult, "window" | "step" | "trend">,
  { metric }: Pick<CockpitQuery, "metric">,
  compared: Pick<Comparison, "trend"> | null,
): ChartTrend {
  if (compared?.trend != null) return compared.trend;
  return {
    ...{ window, step },
    steps: trend.map(({ from, to, metrics }) => ({ from, to, current: metrics[metric], baseline: null })),
  };
}

/** The window of `chartTrend`. */
export const chartWindow = (
  { window }: Pick<ViewResult, "window">,
  compared: Pick<Comparison, "trend"> | null,
): TimeWindow => compared?.trend?.window ?? window;
