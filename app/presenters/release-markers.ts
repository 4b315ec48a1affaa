import type { ReleasesResult } from "../query/releases-result";
import type { TimeWindow } from "../vitals/time";

/** An established release that began within a window, at `at` ms. */
export type ReleaseStart = { buildVersion: string; at: number; announced: boolean };

/** A release on a chart. */
export type MarkerModel = {
  /** Where it stands, in hundredths of the chart's width. */
  x: number;
  /** Its name, cut; `null` where there is no room for it. */
  label: string | null;
  /** The row of its label, from 0 at the top. */
  row: number;
  /** On which side of the line the label stands. */
  side: "right" | "left";
  /** Whether there is room for the label on a narrow chart too. */
  narrow: boolean;
};

const MAX_LABEL = 18;
const CHARACTER = 7;
const GAP = 12;
const WIDE = 900;
const NARROW = 320;
const MARKER_ROWS = 2;

/** The established releases that were announced or first seen within a window, oldest first. */
export function releaseStarts(
  { releases, timeline }: ReleasesResult,
  { from, to }: TimeWindow,
): ReleaseStart[] {
  return releases
    .filter(({ buildVersion }) => timeline.established.has(buildVersion))
    .flatMap(({ buildVersion, announcedAt, firstSeenAt }) => {
      const at = announcedAt ?? firstSeenAt;
      return at === null || at <= from || at >= to
        ? []
        : [{ buildVersion, at, announced: announcedAt !== null }];
    })
    .sort((a, b) => a.at - b.at);
}

type Span = { from: number; to: number };
const overlaps = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

/** Puts releases on a chart, their labels in rows so that none covers another. */
export function releaseMarkers(starts: readonly ReleaseStart[], { from, to }: TimeWindow): MarkerModel[] {
  const taken = {
    [WIDE]: [] as Array<Span & { row: number }>,
    [NARROW]: [] as Array<Span & { row: number }>,
  };
  return starts.map(({ buildVersion, at }) => {
    const share = (at - from) / (to - from);
    const label = buildVersion.length > MAX_LABEL ? `${buildVersion.slice(0, MAX_LABEL - 1)}…` : buildVersion;
    const length = label.length * CHARACTER + GAP;
    const side = share * WIDE + length > WIDE || share > 0.7 ? "left" : "right";
    const spanOn = (width: number): Span =>
      side === "right"
        ? { from: share * width, to: share * width + length }
        : { from: share * width - length, to: share * width };
    const free = (width: typeof WIDE | typeof NARROW, row: number): boolean =>
      spanOn(width).from >= 0 &&
      !taken[width].some((span) => span.row === row && overlaps(span, spanOn(width)));
    const row = Array.from({ length: MARKER_ROWS }, (_, i) => i).find((i) => free(WIDE, i));
    const x = Math.round(share * 10_000) / 100;
    if (row === undefined) return { x, label: null, row: 0, side, narrow: false };
    taken[WIDE].push({ ...spanOn(WIDE), row });
    const narrow = free(NARROW, row);
    if (narrow) taken[NARROW].push({ ...spanOn(NARROW), row });
    return { x, label, row, side, narrow };
  });
}
