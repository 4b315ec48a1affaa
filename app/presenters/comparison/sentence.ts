import type { Change, Changes, Comparison, MixCause } from "../../query/comparison/comparison-result";
import { MIN_SAMPLES_FOR_VERDICT } from "../../vitals/comparison";
import { METRICS, type Metric } from "../../vitals/metrics";
import { formatCount, formatPageViews, formatShare, NARROW_SPACE, valueText } from "../format/format";
import { DEVICE_LABELS } from "../format/labels";
import {
  arrowText,
  changeLabel,
  intervalText,
  samplesNeeded,
  settlementText,
  signedPercent,
  signedPoints,
  signedValue,
  sizeText,
  type Tone,
  toneOf,
} from "./change-labels";
import { windowPhrase } from "./windows";

/** A part of a sentence; one with a tone stands out, and one that is whole stays on one line. */
export type Run = { text: string; tone: Tone | null; whole: boolean };

type Sides = Pick<Comparison, "current" | "baseline" | "windows">;

const plain = (text: string): Run => ({ text, tone: null, whole: false });
const whole = (text: string): Run => ({ text, tone: null, whole: true });
const strong = (text: string, tone: Tone = "neutral"): Run => ({ text, tone, whole: true });

/** Runs as one text, for where nothing can stand out. */
export const runsText = (runs: readonly Run[]): string => runs.map(({ text }) => text).join("");

/** A live release without a declared look. */
const AFTER_HOURS = " after less than 24 hours";

/** One metric in a sentence: verdict, size, interval, samples and compared times. */
export function changeSentence(metric: Metric, change: Change, sides: Sides): Run[] {
  return [...opening(metric, change, sides), ...figures(metric, change), plain(`${basis(change, sides)}.`)];
}

function opening(metric: Metric, change: Change, { current, baseline }: Sides): Run[] {
  const { verdict, early, leaning, reason } = change;
  const against = ` than ${baseline} on ${metric}`;
  switch (verdict) {
    case "regression":
    case "improvement": {
      const word = changeLabel(metric, verdict === "regression" ? "worse" : "better");
      return [
        plain(`${current} is `),
        strong(word, toneOf(verdict)),
        plain(`${against}${early ? AFTER_HOURS : ""}`),
      ];
    }
    case "unchanged":
      return [
        plain(`${current} is `),
        strong(metric === "CLS" ? "as stable as" : "as fast as"),
        plain(` ${baseline} on ${metric}`),
      ];
    case "not-enough-data":
      if (reason === "window-too-short")
        return [
          plain(`${current} and ${baseline} can't be compared on ${metric} `),
          strong("yet"),
          plain(", since less than an hour is compared"),
        ];
      return [
        plain("There is "),
        strong("too little data"),
        plain(` to compare ${current} with ${baseline} on ${metric}`),
      ];
    case "inconclusive":
      if (leaning !== null)
        return [
          plain(`${current} is `),
          strong(`leaning ${leaning}`),
          plain(`${against}${early ? AFTER_HOURS : ""}`),
        ];
      if (reason === "library-changed")
        return [
          plain(`${current} and ${baseline} `),
          strong("can't be judged"),
          plain(` on ${metric}, since different major versions of the measuring library measured them`),
        ];
      if (reason === "window-too-short")
        return [
          plain(`How ${current} differs from ${baseline} on ${metric} `),
          strong("can't be called yet"),
          plain(", since so few hours do not show how much they vary"),
        ];
      if (reason === "time-of-day-not-matched")
        return [
          plain(`How ${current} differs from ${baseline} on ${metric} `),
          strong("can't be called"),
          plain(", since nothing matches the time of day"),
        ];
      return [
        plain(`Whether ${current} changed ${metric} against ${baseline} is `),
        strong("not clear"),
        plain(samplesNeeded(change) === null ? "" : " yet"),
      ];
  }
}

/** `: p75 2.61 s → 3.02 s, +15% ↑ (+9…+22 %), `; nothing under 30 samples. */
function figures(metric: Metric, change: Change): Run[] {
  const { p75, verdict } = change;
  if (p75 === null || verdict === "not-enough-data") return [plain(": ")];
  const [before, after] = [valueText(metric, p75.baseline), valueText(metric, p75.current)];
  const called = toneOf(verdict) !== "neutral";
  const size = called ? arrowText(metric, change) : sizeText(metric, change);
  const interval = intervalText(metric, change);
  return [
    ...[plain(": p75 "), whole(before), plain(" → "), whole(after), plain(", ")],
    ...(size === null
      ? []
      : [
          strong(verdict === "unchanged" ? `≈ ${size}` : size, toneOf(verdict)),
          ...(interval === null ? [] : [plain(" "), whole(`(${interval})`)]),
          plain(", "),
        ]),
  ];
}

function basis({ n, verdict, reason, method }: Change, { windows }: Sides): string {
  const counts = `${formatCount(n.current)} and ${formatPageViews(n.baseline)}`;
  const floor =
    verdict === "not-enough-data" && reason !== "window-too-short"
      ? `, where each side needs ${MIN_SAMPLES_FOR_VERDICT}`
      : "";
  return `${counts}${floor}, ${windowPhrase(method, windows)}`;
}

/** The metrics besides the chosen one: called ones with their change, the others by verdict. */
export function otherMetrics(changes: Changes, chosen: Metric): Run[] {
  const others = METRICS.filter((metric) => metric !== chosen);
  const called = others.filter((metric) => toneOf(changes[metric].verdict) !== "neutral");
  const runs: Run[] = called.flatMap((metric, i) => {
    const change = changes[metric];
    const direction = change.verdict === "regression" ? "worse" : "better";
    return [
      plain(`${i === 0 ? "" : ", "}${metric} is ${changeLabel(metric, direction)}, `),
      strong(arrowText(metric, change) ?? "", toneOf(change.verdict)),
    ];
  });
  if (called.length > 0) runs.push(plain(". "));
  const groups: Array<[string, string, (change: Change) => boolean]> = [
    ["is unchanged", "are unchanged", ({ verdict }) => verdict === "unchanged"],
    ["is leaning worse", "are leaning worse", isLeaning("worse")],
    ["is leaning better", "are leaning better", isLeaning("better")],
    [
      "is inconclusive",
      "are inconclusive",
      ({ verdict, leaning }) => verdict === "inconclusive" && leaning === null,
    ],
    ["has too little data", "have too little data", ({ verdict }) => verdict === "not-enough-data"],
  ];
  const texts = groups.flatMap(([one, many, belongs]) => {
    const found = others.filter((metric) => belongs(changes[metric]));
    return found.length === 0 ? [] : [`${listed(found)} ${found.length === 1 ? one : many}`];
  });
  if (texts.length > 0) runs.push(plain(`${texts.join("; ")}.`));
  return runs;
}

const isLeaning =
  (direction: "worse" | "better") =>
  ({ verdict, leaning }: Change): boolean =>
    verdict === "inconclusive" && leaning === direction;

/** `A`, `A and B`, `A, B and C`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The share of good views: `82 % → 74 % of page views are good, -8 points (-12…-4).` */
export function goodShareSentence(metric: Metric, { goodShare }: Change): string | null {
  if (goodShare === null) return null;
  const { baseline, current, points, low, high } = goodShare;
  return `Good ${metric}: ${formatShare(baseline)} → ${formatShare(current)} of page views, ${signedPoints(points)} points (${signedPoints(low)}…${signedPoints(high)}).`;
}

/** A part of the mix under this many points, or of the unit, would be printed as nothing. */
const LEAST_MIX = { percent: 0.5, absolute: 0.5, score: 0.005 } as const;

/** What of the change came from other devices or routes, which the verdict leaves out. */
export function mixSentence(metric: Metric, { raw, mix }: Change): string | null {
  if (raw === null || mix === null) return null;
  const inPercent = raw.percent !== null && mix.percent !== null;
  const part = inPercent ? (mix.percent ?? 0) : mix.absolute;
  const all = inPercent ? (raw.percent ?? 0) : raw.absolute;
  const least = inPercent ? LEAST_MIX.percent : metric === "CLS" ? LEAST_MIX.score : LEAST_MIX.absolute;
  if (Math.abs(part) < least) return null;
  const size = (value: number): string =>
    inPercent ? `${signedPercent(value)}%` : signedValue(metric, value);
  const points = (value: number): string =>
    inPercent ? `${signedPoints(value)} points` : signedValue(metric, value);
  const cause = causeText(mix.cause);
  const measured = `As measured, ${metric} changed by ${size(all)}`;
  if (all !== 0 && Math.sign(all) === Math.sign(part))
    return `${measured}; ${points(part)} of that come from ${cause}, which the verdict leaves out.`;
  return `${measured}: ${points(part)} came from ${cause}, which the verdict leaves out.`;
}

function causeText(cause: MixCause | null): string {
  if (cause === null) return "another mix of devices and routes";
  if (cause.kind === "routes") return "visits to other routes";
  const { baseline, current } = cause;
  const shares = `${wholeShare(baseline)} → ${wholeShare(current)}`;
  if (cause.kind === "prefetched") {
    return `${current >= baseline ? "more" : "fewer"} prefetched loads (${shares})`;
  }
  const { device } = cause;
  const name = Object.hasOwn(DEVICE_LABELS, device)
    ? DEVICE_LABELS[device as keyof typeof DEVICE_LABELS].toLowerCase()
    : device;
  return `${current >= baseline ? "more" : "less"} ${name} traffic (${shares})`;
}

const wholeShare = (share: number): string => `${Math.round(share * 100)}${NARROW_SPACE}%`;

/** What could not be matched by device and route, because too few came there. */
export function leftOutSentence({ mix }: Change): string | null {
  if (mix === null || mix.leftOut < 0.005) return null;
  return `${formatShare(mix.leftOut)} of the page views are left out: too few of their device and route to match.`;
}

/** What would settle what is open. */
export function neededSentence(change: Change, { current }: Sides): string | null {
  const text = settlementText(change);
  if (text === null) return null;
  const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  switch (change.settledBy?.by) {
    case "history":
      return `${capital}, come before a verdict.`;
    case "larger-change":
      return "More data would not settle it: only a larger change would matter.";
    case "gradual-roll-out":
      return `${capital} would settle it.`;
    default:
      return `${capital} of ${current} would settle it.`;
  }
}
