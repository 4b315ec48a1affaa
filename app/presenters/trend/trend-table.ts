import type { CockpitQuery } from "../../query/cockpit-query";
import type { Rating } from "../../vitals/metrics";
import {
  formatCount,
  formatShare,
  isoInstant,
  NARROW_SPACE,
  stepTimes,
  windowZone,
  withUnit,
} from "../format/format";
import { percentileLabel, RATING_SHAPES } from "../format/labels";
import { type PageName, pageHref } from "../format/links";
import { metricFigures } from "../format/metric-figures";
import { type FigureModel, figureOf } from "../page/metric-card";
import type { ChartTrend } from "./chart-trend";

/** A trend's numbers, row by row, oldest first. */
export type TrendTableModel = {
  /** The zone of the times. */
  zone: string;
  /** Heads of the columns of figures, which name their releases while comparing: `2.4.0 p75`, `2.4.1 p75`. */
  columns: string[];
  rows: TrendRowModel[];
  /** Whether it was asked for, so that it is seen at once. */
  open: boolean;
  /** Leads to the same page with all rows, where there are none because the page would be large; otherwise `null`. */
  all: { text: string; href: string } | null;
};

export type TrendRowModel = {
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
};

/** A figure of a step in words; `absent` says why there is none. */
export type StepCellModel = {
  side: "baseline" | "current";
  text: string;
  rating: Rating | null;
  absent: string | undefined;
};

/** A figure with what belongs to it in one cell: `■ 3.02 s, 71 % good, n 12,304`. */
function stepCell(side: StepCellModel["side"], figure: FigureModel, words: readonly string[]): StepCellModel {
  if (figure.value === null) {
    return { side, text: ["–", ...words].join(", "), rating: null, absent: figure.absent };
  }
  const value = `${RATING_SHAPES[figure.rating]} ${withUnit(figure.value)}`;
  return { side, text: [value, ...words].join(", "), rating: figure.rating, absent: undefined };
}

/** The cells of a step, one a column. */
export const stepCells = ({ figure, good, n, baseline }: TrendRowModel): StepCellModel[] => [
  ...(baseline === null ? [] : [stepCell("baseline", baseline.figure, [`n ${baseline.n}`])]),
  stepCell("current", figure, good === "" ? [`n ${n}`] : [`${good} good`, `n ${n}`]),
];

/** The words of each step, for the island: its time, and a line for each column. */
export const stepTexts = ({ zone, columns, rows }: TrendTableModel): string[] =>
  rows.map((row) =>
    [
      `${row.time}${row.running ? " so far" : ""} ${zone}`,
      ...stepCells(row).map(({ text }, i) => `${columns[i] ?? ""} ${text}`),
    ]
      .join("\n")
      .replaceAll(NARROW_SPACE, " "),
  );

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
  const { metric, percentile, tz, numbers } = query;
  const times = stepTimes(
    steps.map(({ from }) => from),
    tz,
    now,
  );
  return {
    zone: windowZone(window, tz),
    open: numbers === "all",
    all: null,
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

/** Elements of a row: itself, and a cell for its time and for each figure. */
const elementsOf = ({ columns, rows }: TrendTableModel): number => rows.length * (2 + columns.length);

/** The part of a page that has the chart. */
const CHART = "#trend";

/**
 * A table for a page that has room for so many more elements: one that needs more, and was not asked for, is a link.
 * @param room in elements
 */
export function tableWithin(
  table: TrendTableModel,
  query: CockpitQuery,
  page: PageName,
  room: number,
): TrendTableModel {
  if (table.open || elementsOf(table) <= room) return table;
  return {
    ...table,
    rows: [],
    all: {
      text: `Table of all ${formatCount(table.rows.length)} steps`,
      href: pageHref(page, query, { numbers: "all", page: query.page }) + CHART,
    },
  };
}
