import type { CockpitQuery } from "../../query/cockpit-query";
import { formatCount, formatShare, isoInstant, stepTimes, windowZone } from "../format/format";
import { percentileLabel } from "../format/labels";
import { metricFigures } from "../format/metric-figures";
import { type FigureModel, figureOf } from "../page/metric-card";
import type { ChartTrend } from "./chart-trend";

/** A trend's numbers, row by row, oldest first. */
export type TrendTableModel = {
  /** The zone of the times. */
  zone: string;
  /** Heads of the columns of figures, which name their releases while comparing: `2.4.0 p75`, `2.4.1 p75`. */
  columns: string[];
  rows: Array<{
    time: string;
    iso: string;
    /** Whether the step is not over yet. */
    running: boolean;
    figure: FigureModel;
    /** Share of good samples, printed; empty without samples. */
    good: string;
    n: string;
    /** The same step of the release that is compared with. */
    baseline: { figure: FigureModel; n: string } | null;
  }>;
};

/** The baseline's columns, a value and its samples for each step. */
type BaselineColumns = { release: string; values: ReadonlyArray<number | null>; n: readonly number[] };

/**
 * The same numbers as the chart's, as a table.
 * @param current the release in view while comparing
 */
export function trendTable(
  { steps, window }: ChartTrend,
  query: CockpitQuery,
  now: number,
  current: string | null,
  baseline: BaselineColumns | null,
): TrendTableModel {
  const { metric, percentile, tz } = query;
  const times = stepTimes(
    steps.map(({ from }) => from),
    tz,
    now,
  );
  return {
    zone: windowZone(window, tz),
    columns: [...(baseline === null ? [] : [baseline.release]), current].map((release) =>
      release === null ? percentileLabel(percentile) : `${release} ${percentileLabel(percentile)}`,
    ),
    rows: steps.map(({ from, to, current: sketch }, i) => {
      const { n, percentiles, counts } = metricFigures(metric, sketch);
      return {
        time: times[i] ?? "",
        iso: isoInstant(from),
        running: to > now,
        figure: figureOf(metric, n, percentiles[percentile]),
        good: n === 0 ? "" : formatShare(counts.good / n),
        n: formatCount(n),
        baseline:
          baseline === null
            ? null
            : {
                figure: figureOf(metric, baseline.n[i] ?? 0, baseline.values[i] ?? null),
                n: formatCount(baseline.n[i] ?? 0),
              },
      };
    }),
  };
}
