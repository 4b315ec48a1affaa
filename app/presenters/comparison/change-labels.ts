import type { Change, Interval } from "../../query/comparison/comparison-result";
import type { ChangeReason, Verdict } from "../../vitals/comparison";
import { type Metric, unitOf } from "../../vitals/metrics";
import { formatCount, THIN_SPACE } from "../format/format";

/** How a change is coloured: only what is called a regression or an improvement is. */
export type Tone = "worse" | "better" | "neutral";

export const toneOf = (verdict: Verdict): Tone => {
  if (verdict === "regression") return "worse";
  return verdict === "improvement" ? "better" : "neutral";
};

/**
 * A number with its sign, `+15` or `-0.01`; what would be printed as nothing is `0` and has none. The minus is the
 * one of keyboards, so that a badge can be searched for on the page.
 */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return "0";
  return `${value > 0 ? "+" : "-"}${text}`;
}

/** A change in percent, without the sign for it: whole, and with a digit more where it would be nothing. */
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
  return unit === "" ? number : `${number}${THIN_SPACE}${unit}`;
}

/** The size of a change as a badge has it: `+15%`; the difference where there is no percentage. */
export function sizeText(metric: Metric, { percent, absolute }: Pick<Change, "percent" | "absolute">) {
  if (percent !== null) return `${signedPercent(percent)}%`;
  return absolute === null ? null : signedValue(metric, absolute);
}

/** `+15% ↑`, `-0.01 ↓`; without an arrow where nothing moved. */
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
  if (percent !== null) return `${signedPercent(low)}…${signedPercent(high)}${THIN_SPACE}%`;
  if (unitOf(metric) === "score") return `${signed(low, 3)}…${signed(high, 3)}`;
  const [from, to] = [signedParts(metric, low), signedParts(metric, high)];
  if (from.unit !== to.unit) return `${signedValue(metric, low)} … ${signedValue(metric, high)}`;
  return `${from.number}…${to.number}${THIN_SPACE}${to.unit}`;
}

/** A change of a share in points: `-8`, `+0.4`. */
export const signedPoints = (points: number): string => signedPercent(points);

/** The samples that were compared, of the current release and of its baseline. */
export const bothCounts = ({ n }: Pick<Change, "n">, written: (count: number) => string): string =>
  `${written(n.current)} / ${written(n.baseline)}`;

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** A count with three digits: `912`, `12.3k`, `1.04M`. */
export const shortCount = (count: number): string => short.format(count).replace("K", "k");

/** A count that is only known by its size: two digits that count. */
export const aboutCount = (count: number): string => formatCount(Number(count.toPrecision(2)));

/** What a change is called in a word. CLS is no time: it is not slow but unstable. */
export function changeWord(metric: Metric, direction: "worse" | "better"): string {
  if (unitOf(metric) === "score") return direction === "worse" ? "less stable" : "more stable";
  return direction === "worse" ? "slower" : "faster";
}

/** Why no verdict is given, in as few words as a badge has room for. */
export const REASON_WORDS: Readonly<Record<ChangeReason, string>> = {
  "too-few-samples": "too few",
  "window-too-short": "too short",
  "library-changed": "library changed",
  "time-of-day-not-matched": "time of day not matched",
  early: "early",
  "between-looks": "until the next look",
  "one-of-many": "one of many routes",
  "too-small-to-matter": "too small to matter",
  contradictory: "p75 and good share disagree",
};

/** Samples of the current release that would settle a change; `null` where none would, or nothing is open. */
export const samplesNeeded = ({ settledBy }: Pick<Change, "settledBy">): number | null =>
  settledBy === null || settledBy.by === "gradual-roll-out" ? null : settledBy.samples;

const hoursText = (hours: number): string => `${formatCount(hours)} more ${hours === 1 ? "hour" : "hours"}`;

/** What would settle a change, as a clause: `about 1,800 more page views`; `null` where nothing is open. */
export function settlementText({ settledBy }: Pick<Change, "settledBy">): string | null {
  switch (settledBy?.by) {
    case undefined:
      return null;
    case "samples":
      return `about ${aboutCount(settledBy.samples)} more page views`;
    case "time":
      return settledBy.samples === null
        ? `about ${hoursText(settledBy.hours)}`
        : `about ${hoursText(settledBy.hours)}, or ${aboutCount(settledBy.samples)} page views`;
    case "gradual-roll-out":
      return "a gradual roll-out over a day";
  }
}
