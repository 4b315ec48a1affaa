import type { Change, Comparison } from "../query/comparison-result";
import type { Metric } from "../vitals/metrics";
import {
  aboutCount,
  arrowText,
  bothCounts,
  changeWord,
  intervalText,
  REASON_WORDS,
  type Tone,
  toneOf,
} from "./change-words";
import { formatShare } from "./format";

/** What is shown of a change: never a colour alone, never a number without its interval and its samples. */
export type DeltaBadgeModel = {
  metric: Metric;
  tone: Tone;
  /** `+15% ↑`, `≈`, `?`; `null` where the word says it all. */
  mark: string | null;
  /** `slower`, `unchanged`, `inconclusive`, `too few`. */
  word: string;
  /** The change that is only told, not called: `+6%` of what is inconclusive; `null` where the mark has it. */
  size: string | null;
  /** `+9…+22 %` */
  interval: string | null;
  /** Samples of both sides: `12,304 / 11,876`. */
  n: string;
  /** The second witness: `82 % → 74 % good`. */
  good: string | null;
  /** Why there is no verdict, and what would settle it: `about 1,800 more page views`. */
  notes: string[];
  /** All of it as one text, for where there is room for the mark alone. */
  title: string;
};

/** The badge of a metric's change. */
export function deltaBadge(metric: Metric, change: Change): DeltaBadgeModel {
  const badge = {
    metric,
    tone: toneOf(change.verdict),
    ...markOf(metric, change),
    interval: intervalText(metric, change),
    n: bothCounts(change),
    good: goodWords(change),
    notes: notesOf(change),
  };
  const parts = [
    `${metric} p75: ${[badge.mark, badge.word].filter((part) => part !== null).join(" ")}`,
    ...(badge.size === null ? [] : [badge.size]),
    ...(badge.interval === null ? [] : [`95 % interval ${badge.interval}`]),
    `n ${badge.n}`,
    ...(badge.good === null ? [] : [badge.good]),
    ...badge.notes,
  ];
  return { ...badge, title: parts.join(", ") };
}

/** The badge in a document's title, after its state: `, +15% ↑ slower`; nothing where nothing is compared. */
export function titleOfChange(metric: Metric, compared: Pick<Comparison, "changes"> | null): string {
  if (compared === null) return "";
  const { mark, word } = deltaBadge(metric, compared.changes[metric]);
  return `, ${mark === null ? word : `${mark} ${word}`}`;
}

function markOf(metric: Metric, change: Change): Pick<DeltaBadgeModel, "mark" | "word" | "size"> {
  const { verdict, early, leaning, reason } = change;
  const told = arrowText(metric, change);
  if (verdict === "regression" || verdict === "improvement") {
    const word = changeWord(metric, verdict === "regression" ? "worse" : "better");
    return { mark: told, word: early ? `${word}, early` : word, size: null };
  }
  if (verdict === "unchanged") return { mark: "≈", word: "unchanged", size: told };
  if (verdict === "not-enough-data") {
    return { mark: null, word: REASON_WORDS[reason ?? "too-few-samples"], size: null };
  }
  if (leaning !== null) return { mark: "?", word: `leaning ${leaning}${early ? ", early" : ""}`, size: told };
  const word = reason === "library-changed" ? REASON_WORDS[reason] : "inconclusive";
  return { mark: "?", word, size: told };
}

/** `82 % → 74 % good`. */
export function goodWords({ goodShare }: Pick<Change, "goodShare">): string | null {
  if (goodShare === null) return null;
  return `${formatShare(goodShare.baseline)} → ${formatShare(goodShare.current)} good`;
}

/** "More page views" of what? The current release's: the baseline's are over. */
export const neededWords = (samples: number): string => `about ${aboutCount(samples)} more page views`;

function notesOf({ verdict, reason, samplesNeeded }: Change): string[] {
  const told = ["too-few-samples", "library-changed", "early"];
  const named = verdict === "regression" || verdict === "improvement" || verdict === "not-enough-data";
  return [
    ...(reason === null || named || told.includes(reason) ? [] : [REASON_WORDS[reason]]),
    ...(samplesNeeded === null || samplesNeeded <= 0 ? [] : [neededWords(samplesNeeded)]),
  ];
}
