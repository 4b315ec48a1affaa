import type { CockpitQuery } from "../../query/cockpit-query";
import type { ComparisonResult } from "../../query/comparison/comparison-result";
import type { ReleasesResult } from "../../query/releases/releases-result";
import { type MetricSketches, pageViewsOf } from "../../query/view/view-result";
import { quantiles, type Sketch } from "../../stats/sketch/sketch";
import { byMetric, type Metric, MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import type { Release } from "../../vitals/release";
import type { CsvTableText } from "../format/csv";
import { type MetricFigures, metricFigures } from "../format/metric-figures";
import { allChangeCells, changeColumns, summaryCells, summaryColumns } from "./csv-tables";

/** What one build measured, in all retained data. */
export type ReleaseFigures = {
  n: number;
  metrics: Record<Metric, MetricFigures>;
  /** 95 % interval of each p75, in the metric's unit, from sampling alone; `null` under 30 samples. */
  intervals: Record<Metric, { low: number; high: number } | null>;
};

/** Standard normal quantile of a two-sided 95 % interval. */
const Z95 = 1.96;

/** The interval of a p75 between two quantiles of its own distribution (Woodruff 1952). */
function p75Interval(sketch: Sketch): { low: number; high: number } | null {
  if (sketch.n < MIN_SAMPLES_FOR_PERCENTILE) return null;
  const halfWidth = Z95 * Math.sqrt((0.75 * 0.25) / sketch.n);
  const [low, high] = quantiles(sketch, [0.75 - halfWidth, Math.min(1, 0.75 + halfWidth)]);
  return low == null || high == null ? null : { low, high };
}

/** The figures of one build's sketches. */
export const releaseFigures = (sketches: MetricSketches): ReleaseFigures => ({
  n: pageViewsOf(sketches),
  metrics: byMetric((metric) => metricFigures(metric, sketches[metric])),
  intervals: byMetric((metric) => p75Interval(sketches[metric])),
});

/** Where a build stands in the timeline: the newest entry, the one that it replaced, or neither. */
export type Standing = "current" | "previous" | null;

/** One build of the table. */
export type ReleaseRow = Release & { established: boolean; standing: Standing };

export type ReleasePage = { rows: ReleaseRow[]; page: number; pages: number; total: number };

export const RELEASES_PER_PAGE = 50;

/** The builds that a page shows, the newest first: by when they were first seen, or only announced. */
export function releasePage(
  { releases, timeline }: ReleasesResult,
  wanted: CockpitQuery["page"],
): ReleasePage {
  const timeOf = ({ firstSeenAt, announcedAt }: Release): number => firstSeenAt ?? announcedAt ?? 0;
  const rows = releases
    .map((release): ReleaseRow => {
      const { buildVersion } = release;
      const established = timeline.established.has(buildVersion);
      return { ...release, established, standing: standingOf(buildVersion, timeline) };
    })
    .sort((a, b) => timeOf(b) - timeOf(a) || (a.buildVersion < b.buildVersion ? -1 : 1));
  const total = rows.length;
  if (wanted === "all") return { rows, page: 1, pages: 1, total };
  const pages = Math.max(1, Math.ceil(total / RELEASES_PER_PAGE));
  const page = Math.min(wanted, pages);
  return {
    rows: rows.slice((page - 1) * RELEASES_PER_PAGE, page * RELEASES_PER_PAGE),
    page,
    pages,
    total,
  };
}

function standingOf(build: string, { current, previous }: ReleasesResult["timeline"]): Standing {
  if (build === current) return "current";
  return build === previous ? "previous" : null;
}

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** The table as CSV, its percentiles the 75th; with verdicts also what each is to the release before it. */
export function releasesCsv(
  { rows }: ReleasePage,
  figures: ReadonlyMap<string, ReleaseFigures>,
  verdicts: ReadonlyMap<string, ComparisonResult> | null = null,
): CsvTableText {
  return {
    columns: [
      "build_version",
      "standing",
      "established",
      "first_seen",
      "last_seen",
      "announced",
      "link",
      "page_views",
      ...summaryColumns(75),
      ...(verdicts === null ? [] : ["baseline", ...changeColumns()]),
    ],
    rows: rows.map((row) => {
      const found = figures.get(row.buildVersion);
      const result = verdicts?.get(row.buildVersion);
      const compared = result?.status === "compared" ? result : null;
      return [
        row.buildVersion,
        row.standing,
        row.established,
        iso(row.firstSeenAt),
        iso(row.lastSeenAt),
        iso(row.announcedAt),
        row.link,
        found?.n ?? 0,
        ...(found === undefined ? summaryColumns(75).map(() => null) : summaryCells(found.metrics, 75)),
        ...(verdicts === null
          ? []
          : [compared?.baseline ?? null, ...allChangeCells(compared?.changes ?? null)]),
      ];
    }),
  };
}
