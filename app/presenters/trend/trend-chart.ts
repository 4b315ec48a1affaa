import type { CockpitQuery } from "../../query/cockpit-query";
import type { Comparison } from "../../query/comparison/comparison-result";
import type { ViewResult } from "../../query/view/view-result";
import { type Metric, THRESHOLDS, type Thresholds } from "../../vitals/metrics";
import type { TimeWindow } from "../../vitals/time";
import { axisValue, formatCount, formatInstant, formatLocal } from "../format/format";
import { figureName, stepLabel } from "../format/labels";
import { lineShape, type Point } from "../format/line-path";
import { csvHref, type PageName, pageHref, pinned, releasesHref, svgHref } from "../format/links";
import { percentileOf } from "../format/metric-figures";
import { gridValues, timeTicks } from "./axes";
import { type ChartTrend, chartTrend } from "./chart-trend";
import {
  chartNotes,
  intervalBands,
  JUDGED_PERCENTILE,
  joinedStretches,
  type SpanLinks,
  sharedTimes,
  spanLinks,
  startsWithSwitch,
  within,
} from "./compared-marks";
import { type LineLabel, lineLabels, outline } from "./line-labels";
import { type BandModel, chartBands } from "./rating-bands";
import { type MarkerModel, type ReleaseStart, releaseMarkers } from "./release-markers";
import { stepTexts, type TrendTableModel, tableWithin, trendTable } from "./trend-table";

/** The drawing of a trend: heights in px, everything across in hundredths of its width. */
export type TrendChartModel = {
  /** `LCP p75, hourly` */
  title: string;
  /** What it shows, in a sentence, for those who don't see it. */
  description: string;
  height: number;
  /** The upper edge and the zero line. */
  plot: { top: number; bottom: number };
  bands: BandModel[];
  grid: Array<{ y: number; text: string }>;
  ticks: Array<{ x: number; text: string }>;
  /** In a drawing that is 1,000 wide and as high as the plot. */
  path: string;
  dots: Array<{ x: number; y: number }>;
  /** The release that is compared with, at its own times; `null` where there is none. */
  baseline: { path: string; dots: Array<{ x: number; y: number }> } | null;
  /** Names of the two lines, the current release's first; without a comparison the title says enough. */
  labels: LineLabel[];
  markers: MarkerModel[];
  /** The comparison on the chart; `null` where nothing is compared. */
  compared: ComparedChartModel | null;
  /** What stands before the releases: all of the window, or how many there are where only the last ones are named. */
  releasesLead: string;
  /** The releases of the markers in words; the last ones, where there are many. */
  releases: Array<{ name: string; when: string; title: string; href: string }>;
  releasesHref: string;
  /** Why nothing is drawn, or `null`. */
  empty: string | null;
  table: TrendTableModel;
  csvHref: string;
  svgHref: string;
  /** The same numbers for the island, as JSON. */
  data: string;
};

/** Times are in hundredths of the width. */
export type ComparedChartModel = {
  /** The interval of each side's 75th percentile over its compared time, in px from the top. */
  bands: Array<{ side: "current" | "baseline"; x: number; width: number; y: number; height: number }>;
  /** Times in which both releases were live. */
  shared: Array<{ x: number; width: number }>;
  /** What is drawn, a sentence each. */
  notes: string[];
  spans: SpanLinks;
};

/** What the island is handed: one array a column, times in ms, `null` for a gap. */
export type TrendData = {
  metric: Metric;
  percentile: number;
  from: number;
  to: number;
  step: number;
  tz: string;
  times: number[];
  values: Array<number | null>;
  n: number[];
  /** The release that is compared with, step by step; `null` where there is none. */
  baseline: { release: string; values: Array<number | null>; n: number[] } | null;
  thresholds: Thresholds;
  /** The upper end of the axis. */
  max: number;
  markers: Array<{ time: number; label: string }>;
  /** The words of each step, a line for each column of the table. */
  texts: string[];
  /** This view without times of its own: `from` and `to` are added to it. */
  zoomHref: string;
};

const HEIGHT = 248;
const AXIS = 24;
const MARKER_ROW = 16;
const WIDTH = 1_000;
const MOST_RELEASES = 6;
/** Labels nearer to the edges than this (in hundredths) would be cut. */
const EDGE = 3;

const middle = ({ from, to }: TimeWindow): number => (from + to) / 2;
const tenth = (value: number): number => Math.round(value * 10) / 10;
const hundredth = (value: number): number => Math.round(value * 100) / 100;

/**
 * The trend of the query's metric, with releases that began in its window; in a comparison with the baseline, both intervals
 * and the switch.
 * @param established within `chartWindow`
 * @param room for the table, in elements
 */
export function trendChart(
  view: ViewResult,
  established: readonly ReleaseStart[],
  query: CockpitQuery,
  now: number,
  page: PageName = "cockpit",
  compared: Comparison | null = null,
  room = Number.POSITIVE_INFINITY,
): TrendChartModel {
  const trend = chartTrend(view, query, compared);
  const { window, steps, step } = trend;
  const { metric, percentile, tz } = query;
  const values = steps.map(({ current }) => percentileOf(current, percentile));
  const baseline = baselineOf(compared, trend, percentile);
  const starts = compared === null ? established : startsWithSwitch(established, compared, window);
  const intervals =
    compared === null || percentile !== JUDGED_PERCENTILE
      ? []
      : intervalBands(compared.changes[metric], compared.windows);
  const { good } = THRESHOLDS[metric];
  const drawn = [...values, ...(baseline?.values ?? []), ...intervals.map(({ high }) => high)];
  const max = Math.max(good * 1.15, ...drawn.map((value) => (value ?? 0) * 1.12));
  const markers = releaseMarkers(starts, window);
  const rows = Math.max(0, ...markers.map(({ label, row }) => (label === null ? 0 : row + 1)));
  const plot = { top: 8 + rows * MARKER_ROW, bottom: HEIGHT - AXIS };
  const tall = plot.bottom - plot.top;
  const y = (value: number): number => tenth(plot.bottom - (Math.min(value, max) / max) * tall);
  const x = (time: number): number => ((time - window.from) / (window.to - window.from)) * 100;
  const shapeOf = (column: ReadonlyArray<number | null>) =>
    lineShape(
      steps.map((point, i) => ({ at: x(middle(point)) / 100, value: column[i] ?? null })),
      { width: WIDTH, height: tall, max },
    );
  const onChart = (p: Point): Point => ({ x: tenth((p.x / WIDTH) * 100), y: tenth(p.y + plot.top) });
  const shape = shapeOf(values);
  const under = baseline === null ? null : shapeOf(baseline.values);
  const lines = [shape, ...(under === null ? [] : [under])].map(({ points }) => points.map(onChart));
  const uprights = markers.map(({ x }) => [plot.top, plot.bottom].map((y) => ({ x, y })));
  const names = compared === null || under === null ? [] : [compared.current, compared.baseline];
  const labels = lineLabels(
    names.map((name, i) => ({ name, points: lines[i] ?? [] })),
    plot,
    uprights,
  );
  const title = `${figureName(query)}, ${stepLabel(step)}`;
  const full = trendTable(trend, query, now, compared?.current ?? null, baseline);
  const table = tableWithin(full, query, page, room);
  const across = (stretches: readonly TimeWindow[]) =>
    joinedStretches(within(stretches, window), step).map(({ from, to }) => ({
      x: hundredth(x(from)),
      width: hundredth(x(to) - x(from)),
    }));
  const bands = intervals.flatMap(({ side, low, high, times }) =>
    across(times).map((extent) => ({
      side,
      ...extent,
      y: y(high),
      height: Math.max(1, tenth(y(low) - y(high))),
    })),
  );
  return {
    title,
    description: `${title}, ${formatLocal(window.from, tz, now)} to ${formatInstant(window.to, tz, now)}.${
      baseline === null ? "" : ` Dashed: ${baseline.release} at its own times.`
    } ${table.all === null ? "The table" : "A link"} below has the same numbers.`,
    height: HEIGHT,
    plot,
    bands: chartBands(metric, {
      max,
      plot,
      lines: [...lines, ...uprights, ...labels.map(({ box }) => outline(box))],
    }),
    grid: gridValues(max).map((value) => ({ y: y(value), text: axisValue(metric, value) })),
    ticks: timeTicks(window, tz)
      .map(({ time, text }) => ({ x: tenth(x(time)), text }))
      .filter((tick) => tick.x >= EDGE && tick.x <= 100 - EDGE),
    path: shape.path,
    dots: shape.dots.map(onChart),
    baseline: under === null ? null : { path: under.path, dots: under.dots.map(onChart) },
    labels: labels.map(({ label }) => label),
    markers,
    compared:
      compared === null
        ? null
        : {
            bands,
            shared: across(sharedTimes(compared.windows)),
            notes: chartNotes(
              query,
              compared,
              { window, step, n: samplesOf(trend), shades: bands.length },
              now,
            ),
            spans: spanLinks(query, { range: view.window, chart: window }, page, now),
          },
    releasesLead:
      starts.length > MOST_RELEASES
        ? `The newest ${MOST_RELEASES} of ${formatCount(starts.length)} releases in this window`
        : "Releases in this window",
    releases: starts.slice(-MOST_RELEASES).map(({ buildVersion, at, announced }) => ({
      name: buildVersion,
      when: formatLocal(at, tz, now),
      title: `${announced ? "announced" : "first seen"} ${formatInstant(at, tz, now)}`,
      href: pageHref(page, query, { release: buildVersion }),
    })),
    releasesHref: releasesHref(query),
    empty: emptyText(trend, metric, drawn),
    table,
    csvHref: csvHref(query, "trend"),
    svgHref: svgHref(query, "trend"),
    data: dataJson({
      metric,
      percentile,
      from: window.from,
      to: window.to,
      step,
      tz,
      times: steps.map(middle),
      values: values.map(rounded),
      n: steps.map(({ current }) => current.n),
      baseline,
      thresholds: THRESHOLDS[metric],
      max,
      texts: stepTexts(full),
      markers: starts.map(({ at, buildVersion }) => ({ time: at, label: buildVersion })),
      zoomHref: pageHref(page, query, {
        ...{ range: "24h", from: null, to: null },
        // Other times would compare other releases.
        ...(compared === null ? {} : { ...pinned(compared), span: "range" }),
      }),
    }),
  };
}

/** Samples of both lines. */
const samplesOf = ({ steps }: ChartTrend): { current: number; baseline: number } => ({
  current: steps.reduce((sum, { current }) => sum + current.n, 0),
  baseline: steps.reduce((sum, { baseline }) => sum + (baseline?.n ?? 0), 0),
});

/** The baseline's steps; `null` where it has no compared hour in the window. */
function baselineOf(
  compared: Comparison | null,
  { steps }: ChartTrend,
  percentile: CockpitQuery["percentile"],
): TrendData["baseline"] {
  if (compared === null || steps.every(({ baseline }) => (baseline?.n ?? 0) === 0)) return null;
  return {
    release: compared.baseline,
    values: steps.map(({ baseline }) =>
      baseline === null ? null : rounded(percentileOf(baseline, percentile)),
    ),
    n: steps.map(({ baseline }) => baseline?.n ?? 0),
  };
}

const rounded = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(4));

function emptyText(
  { steps }: ChartTrend,
  metric: Metric,
  values: ReadonlyArray<number | null>,
): string | null {
  if (values.some((value) => value !== null)) return null;
  if (steps.every(({ current }) => current.n === 0)) return `No data for ${metric} in this view.`;
  return "No step of this trend has the 30 samples that a percentile needs. A longer range has longer steps.";
}

/** JSON that may stand inside of a script element: nothing in it can end that element. */
const dataJson = (data: TrendData): string => JSON.stringify(data).replaceAll("<", "\\u003c");
