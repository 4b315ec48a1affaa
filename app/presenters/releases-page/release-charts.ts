import { METRICS, type Metric, THRESHOLDS } from "../../vitals/metrics";
import { formatCount, valueText } from "../format/format";
import { METRIC_NAMES } from "../format/labels";
import type { ReleaseFigures, ReleaseRow } from "../tables/release-table";

/** The p75 of one release: everything in hundredths of the drawing's width and height. */
export type ReleasePoint = {
  name: string;
  x: number;
  y: number;
  /** The ends of its interval; the upper one first. */
  interval: { top: number; bottom: number };
  title: string;
};

/** The p75 of a page's releases, oldest first, of one metric. */
export type ReleaseChartModel = {
  metric: Metric;
  name: string;
  /** The newest p75. */
  latest: string;
  /** The drawing in a sentence. */
  description: string;
  /** Upper edge of the good range; `null` where it is above the drawing. */
  good: number | null;
  points: ReleasePoint[];
};

/** Fewer releases have no drift to show. */
const MIN_RELEASES = 2;

/** Space above the highest interval, as a share of it. */
const MARGIN = 1.08;

const hundredth = (share: number): number => Math.round(share * 10_000) / 100;

/** A chart for each metric with two releases that have a p75. */
export function releaseCharts(
  rows: readonly ReleaseRow[],
  figures: ReadonlyMap<string, ReleaseFigures>,
): ReleaseChartModel[] {
  const releases = rows.filter(({ established }) => established).toReversed();
  return METRICS.flatMap((metric) => {
    const chart = releaseChart(metric, releases, figures);
    return chart === null ? [] : [chart];
  });
}

function releaseChart(
  metric: Metric,
  releases: readonly ReleaseRow[],
  figures: ReadonlyMap<string, ReleaseFigures>,
): ReleaseChartModel | null {
  const known = releases.flatMap(({ buildVersion }, i) => {
    const one = figures.get(buildVersion);
    const p75 = one?.metrics[metric].percentiles[75] ?? null;
    const interval = one?.intervals[metric] ?? null;
    return p75 === null || interval === null
      ? []
      : [
          {
            name: buildVersion,
            at: (i + 0.5) / releases.length,
            p75,
            interval,
            n: one?.metrics[metric].n ?? 0,
          },
        ];
  });
  const [first] = known;
  const last = known.at(-1);
  if (known.length < MIN_RELEASES || first === undefined || last === undefined) return null;
  const { good } = THRESHOLDS[metric];
  const max = Math.max(...known.map(({ interval }) => interval.high)) * MARGIN || good;
  const y = (value: number): number => hundredth(1 - Math.min(value, max) / max);
  return {
    metric,
    name: METRIC_NAMES[metric],
    latest: valueText(metric, last.p75),
    description: `${metric} p75 of ${formatCount(known.length)} releases with 95 % intervals of sampling: ${valueText(metric, first.p75)} in ${first.name}, ${valueText(metric, last.p75)} in ${last.name}. The table below has the same figures.`,
    good: good < max ? y(good) : null,
    points: known.map(({ name, at, p75, interval, n }) => ({
      name,
      x: hundredth(at),
      y: y(p75),
      // The p75 is rounded, its interval is not.
      interval: { top: y(Math.max(interval.high, p75)), bottom: y(Math.min(interval.low, p75)) },
      title: `${name}: ${valueText(metric, p75)} (${valueText(metric, interval.low)} to ${valueText(metric, interval.high)}), n ${formatCount(n)}`,
    })),
  };
}
