import type { Change, Interval } from "../../query/comparison/comparison-result";
import type { ChangeReason, Verdict } from "../../vitals/comparison";
import { type Metric, unitOf } from "../../vitals/metrics";
import { formatCount, NARROW_SPACE } from "../format/format";

/** The colour of a change: only a regression or an improvement has one. */
export type Tone = "worse" | "better" | "neutral";

export const toneOf = (verdict: Verdict): Tone => {
  if (verdict === "regression") return "worse";
  return verdict === "improvement" ? "better" : "neutral";
};

/**
 * A number with its sign, `+15` or `-0.01`; a value that rounds to zero is `0` without a sign. The minus is the
 * keyboard's, so that find-in-page finds a badge.
 */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return "0";
  return `${value > 0 ? "+" : "-"}${text}`;
}

/** A change in percent without the percent sign: whole, with one digit more where it would round to zero. */
export const signedPercent = (percent: number): string => signed(percent, Math.abs(percent) < 0.95 ? 1 : 0);

/** Number and unit of an absolute change. */
function signedParts(metric: Metric, value: number): { number: string; unit: string } {
  const size = Math.abs(value);
  if (unitOf(metric) === "score") return { number: signed(value, size < 0.0095 ? 3 : 2), unit: "" };
  if (Math.round(size) >= 1_000) return { number: signed(value / 1_000, 2), unit: "s" };
  return { number: signed(value, size < 0.95 ? 1 : 0), unit: "ms" };
}

/** `+399 ms`, `+1.20 s`, `-0.01`. */
export function signedValue(metric: Metric, value: number): string {
  const { number, unit } = signedParts(metric, value);
  return unit === "" ? number : `${number}${NARROW_SPACE}${unit}`;
}

/** The size of a change: `+15%`; the difference where there is no percentage. */
export function sizeText(metric: Metric, { percent, absolute }: Pick<Change, "percent" | "absolute">) {
  if (percent !== null) return `${signedPercent(percent)}%`;
  return absolute === null ? null : signedValue(metric, absolute);
}

/** `+15% ↑`, `-0.01 ↓`; no arrow at zero. */
export function arrowText(metric: Metric, change: Pick<Change, "percent" | "absolute">): string | null {
  const size = sizeText(metric, change);
  if (size === null) return null;
  if (size.startsWith("+")) return `${size} ↑`;
  return size.startsWith("-") ? `${size} ↓` : size;
}

/** `+9…+22 %`, `-20…+80 ms`, `-0.014…+0.002`: the ends of a CLS interval are small, and of one kind. */
export function intervalText(
  metric: Metric,
  { percent, interval }: { percent: number | null; interval: Interval | null },
): string | null {
  if (interval === null) return null;
  const { low, high } = interval;
  if (percent !== null) return `${signedPercent(low)}…${signedPercent(high)}${NARROW_SPACE}%`;
  if (unitOf(metric) === "score") return `${signed(low, 3)}…${signed(high, 3)}`;
  const [from, to] = [signedParts(metric, low), signedParts(metric, high)];
  if (from.unit !== to.unit) return `${signedValue(metric, low)} … ${signedValue(metric, high)}`;
  return `${from.number}…${to.number}${NARROW_SPACE}${to.unit}`;
}

/** A change of a share in points: `-8`, `+0.4`. */
export const signedPoints = (points: number): string => signedPercent(points);

/** Compared samples of the current release and of its baseline. */
export const bothCounts = ({ n }: Pick<Change, "n">, written: (count: number) => string): string =>
  `${written(n.current)} / ${written(n.baseline)}`;

/** An estimated count, to two significant digits. */
export const aboutCount = (count: number): string => formatCount(Number(count.toPrecision(2)));

/** A change in a word. CLS is not a time, so it becomes less or more stable. */
export function changeLabel(metric: Metric, direction: "worse" | "better"): string {
  if (unitOf(metric) === "score") return direction === "worse" ? "less stable" : "more stable";
  return direction === "worse" ? "slower" : "faster";
}

/** Why there is no verdict, in a few words. */
export const REASON_LABELS: Readonly<Record<ChangeReason, string>> = {
  "too-few-samples": "too few samples",
  "window-too-short": "too few hours",
  "library-changed": "library changed",
  "time-of-day-not-matched": "time of day not matched",
  early: "stricter while the release is young",
  "between-looks": "until the next look",
  "last-look": "not called at the last look",
  "one-of-many": "one of many routes",
  "too-small-to-matter": "too small to matter",
  contradictory: "p75 and good share disagree",
};

/** Samples of the current release that would settle a change; `null` where none would, or nothing is open. */
export const samplesNeeded = ({ settledBy }: Pick<Change, "settledBy">): number | null =>
  settledBy !== null && "samples" in settledBy ? settledBy.samples : null;

const hoursText = (hours: number): string => `${formatCount(hours)} more ${hours === 1 ? "hour" : "hours"}`;

/** What would settle a change, as a clause: `about 1,800 more page views`; `null` where nothing is open. */
export function settlementText({ settledBy }: Pick<Change, "settledBy">): string | null {
  switch (settledBy?.by) {
    case undefined:
      return null;
    case "samples":
      return `about ${aboutCount(settledBy.samples)} more ${settledBy.samples === 1 ? "page view" : "page views"}`;
    case "time":
      return settledBy.samples === null
        ? `about ${hoursText(settledBy.hours)}`
        : `about ${hoursText(settledBy.hours)}, or ${aboutCount(settledBy.samples)} ${settledBy.samples === 1 ? "page view" : "page views"}`;
    case "history":
      return `about ${hoursText(settledBy.hours)}, to match time of day`;
    case "larger-change":
      return "nothing unless the change grows";
    case "gradual-roll-out":
      return "a gradual roll-out over a day";
  }
}
