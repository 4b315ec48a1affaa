import type { CockpitQuery } from "../../query/cockpit-query";
import type { MetricSketches, ViewResult } from "../../query/view/view-result";
import type { LargestSource, ViewSources } from "../../vitals/sources";
import { listed } from "../comparison/sentence";
import { formatInstant } from "../format/format";
import { p75Without, shareText, sourceLines } from "./source-text";

/** What is known of the largest sources of a view. */
export type SourcesModel = {
  /** Whether a source dominates the figures that usually does not. */
  isWarning: boolean;
  /** The largest of them in a few words. */
  summary: string;
  lines: string[];
  /** Where that is known from, and since when. */
  note: string;
};

/**
 * The largest sources of a view; `null` where none has 3 % of a metric, or nothing is known.
 * @param now ms since the epoch
 */
export function sourcesModel(
  sources: ViewSources | null,
  view: Pick<ViewResult, "total" | "window">,
  { tz }: Pick<CockpitQuery, "tz">,
  now: number,
): SourcesModel | null {
  if (sources === null) return null;
  const first = bySignificance(sources.largest)[0];
  if (first === undefined) return null;
  const isPartial = sources.since > view.window.from;
  return {
    isWarning: first.isUnusual,
    summary: first.isUnusual
      ? `One source dominates this view: it sent ${shareText(first)}.`
      : `Largest source: ${shareText(first)}`,
    lines: sourceLines(bySignificance(sources.largest), view.total),
    note: countedSince(isPartial ? sources.since : null, tz, now),
  };
}

/**
 * The largest sources of several releases, each with its largest one; `null` where none has one.
 * @param now ms since the epoch
 */
export function releaseSourcesModel(
  releases: ReadonlyMap<string, ViewSources | null>,
  { tz }: Pick<CockpitQuery, "tz">,
  now: number,
): SourcesModel | null {
  const known = [...releases].flatMap(([release, sources]) => {
    const [source] = bySignificance(sources?.largest ?? []);
    return source === undefined || sources === null ? [] : [{ release, source, since: sources.since }];
  });
  const dominated = known.filter(({ source }) => source.isUnusual).map(({ release }) => release);
  if (known.length === 0) return null;
  return {
    isWarning: dominated.length > 0,
    summary:
      dominated.length > 0 ? `One source dominates ${listed(dominated)}.` : "Largest sources of the releases",
    lines: known.map(({ release, source }) => `${release}: ${sourceLines([source], null).join(" ")}`),
    note: countedSince(Math.min(...known.map(({ since }) => since)), tz, now),
  };
}

const countedSince = (since: number | null, tz: string, now: number): string =>
  `Counted in the memory of this process${since === null ? "" : ` since ${formatInstant(since, tz, now)}`}; no address is stored.`;

/** Unusual ones first, then by their share. */
export const bySignificance = (largest: readonly LargestSource[]): LargestSource[] =>
  largest.toSorted((a, b) => Number(b.isUnusual) - Number(a.isUnusual) || b.share - a.share);

/** The same for programs; parts that differ among a source's beacons, and unknown ones, are `null`. */
export const sourcesJson = (sources: ViewSources | null, total: MetricSketches | null) =>
  sources === null
    ? null
    : {
        since: new Date(sources.since).toISOString(),
        largest: sources.largest.map((source) => ({
          metric: source.metric,
          kind: source.kind,
          browser: source.browser ?? null,
          device: source.device,
          origin: source.origin ?? null,
          count: source.count,
          of: source.of,
          share: source.share,
          elsewhere: source.usualShare,
          dominates: source.isUnusual,
          p75Without:
            total === null || source.share >= 1 ? null : p75Without(total[source.metric], source.share),
        })),
      };

export type SourcesJson = ReturnType<typeof sourcesJson>;
