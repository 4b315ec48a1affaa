import type { ReleasesResult } from "../../query/releases/releases-result";
import type { TimeWindow } from "../../vitals/time";

/** An established release that began within a window, at `at` ms. */
export type ReleaseStart = {
  buildVersion: string;
  at: number;
  announced: boolean;
  /** Whether it is the release that a comparison judges. */
  isSwitch?: boolean;
};

/** A release on a chart. */
export type MarkerModel = {
  /** Where it stands, in hundredths of the chart's width. */
  x: number;
  /** Its name, cut; `null` where there is no room for it. */
  label: string | null;
  /** The row of its label, from 0 at the top, in which its line begins; without a label the one below all labels. */
  row: number;
  /** On which side of the line the label stands. */
  side: "right" | "left";
  /** Whether there is room for the label on a narrow chart too. */
  narrow: boolean;
  /** Whether the baseline is left for the current release here. */
  isSwitch: boolean;
};

const MAX_LABEL = 18;
const CHARACTER = 7;
const GAP = 12;
/** The narrowest charts, in px, with all labels and with those that are marked as narrow. */
const WIDE = 590;
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
/** A label beside its line; `share` is where the line stands in the chart's width. */
type Label = { text: string; share: number; side: MarkerModel["side"] };
type Placed = Label & { row: number };

const spanOf = ({ text, share, side }: Label, width: number): Span => {
  const length = text.length * CHARACTER + GAP;
  const at = share * width;
  return side === "right" ? { from: at, to: at + length } : { from: at - length, to: at };
};

const overlaps = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

/** Whether a line, which goes down from its row, crosses a label. Its own begins beside it. */
const crosses = (line: Placed, label: Placed, width: number): boolean => {
  const { from, to } = spanOf(label, width);
  const at = line.share * width;
  return line.row <= label.row && from < at && at < to;
};

/** Whether there is room for a label besides other labels and lines. */
function fits(label: Placed, labels: readonly Placed[], lines: readonly Placed[], width: number): boolean {
  const span = spanOf(label, width);
  return (
    span.from >= 0 &&
    span.to <= width &&
    !labels.some((other) => other.row === label.row && overlaps(span, spanOf(other, width))) &&
    !lines.some((line) => crosses(line, label, width))
  );
}

const cut = (name: string): string => (name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL - 1)}…` : name);

/** Puts releases on a chart, their labels in rows so that nothing covers or crosses one: the newest before others. */
export function releaseMarkers(starts: readonly ReleaseStart[], { from, to }: TimeWindow): MarkerModel[] {
  const placed: Placed[] = [];
  const markers = starts.toReversed().map(({ buildVersion, at, isSwitch = false }) => {
    const share = (at - from) / (to - from);
    const text = cut(buildVersion);
    const reaches = spanOf({ text, share, side: "right" }, WIDE).to;
    const label: Label = { text, share, side: reaches > WIDE || share > 0.7 ? "left" : "right" };
    const chosen = Array.from({ length: MARKER_ROWS }, (_, row) => ({ ...label, row })).find(
      (one) => fits(one, placed, placed, WIDE) && !placed.some((other) => crosses(one, other, WIDE)),
    );
    if (chosen !== undefined) placed.push(chosen);
    return { label, chosen, isSwitch };
  });
  const below = Math.max(0, ...placed.map(({ row }) => row + 1));
  const narrow: Placed[] = [];
  for (const one of placed) if (fits(one, narrow, placed, NARROW)) narrow.push(one);
  return markers.toReversed().map(({ label: { share, side }, chosen, isSwitch }) => ({
    x: Math.round(share * 10_000) / 100,
    label: chosen?.text ?? null,
    row: chosen?.row ?? below,
    side,
    narrow: chosen !== undefined && narrow.includes(chosen),
    isSwitch,
  }));
}
