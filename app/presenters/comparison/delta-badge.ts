import type { Change, Comparison } from "../../query/comparison/comparison-result";
import type { Metric } from "../../vitals/metrics";
import { formatCount, formatShare } from "../format/format";
import {
  arrowText,
  bothCounts,
  changeWord,
  intervalText,
  REASON_WORDS,
  settlementText,
  shortCount,
  sizeText,
  type Tone,
  toneOf,
} from "./change-labels";

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
  /** Samples of both sides: `12,304 / 11,876`, and shorter `12.3k / 11.9k`. */
  n: string;
  shortN: string;
  /** The second witness: `82 % → 74 % good`. */
  good: string | null;
  /** Why there is no verdict, and what would settle it: `about 1,800 more page views`. */
  notes: string[];
};

/** The badge of a metric's change. */
export const deltaBadge = (metric: Metric, change: Change): DeltaBadgeModel => ({
  metric,
  tone: toneOf(change.verdict),
  ...markOf(metric, change),
  interval: intervalText(metric, change),
  n: bothCounts(change, formatCount),
  shortN: bothCounts(change, shortCount),
  good: goodWords(change),
  notes: notesOf(change),
});

/** The badge in a document's title, after its state: `, +15% ↑ slower`; nothing where nothing is compared. */
export function titleOfChange(metric: Metric, compared: Pick<Comparison, "changes"> | null): string {
  if (compared === null) return "";
  const { mark, word } = deltaBadge(metric, compared.changes[metric]);
  return `, ${mark === null ? word : `${mark} ${word}`}`;
}

function markOf(metric: Metric, change: Change): Pick<DeltaBadgeModel, "mark" | "word" | "size"> {
  const { verdict, early, leaning, reason } = change;
  const told = sizeText(metric, change);
  if (verdict === "regression" || verdict === "improvement") {
    const word = changeWord(metric, verdict === "regression" ? "worse" : "better");
    return { mark: arrowText(metric, change), word: early ? `${word}, early` : word, size: null };
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
function goodWords({ goodShare }: Pick<Change, "goodShare">): string | null {
  if (goodShare === null) return null;
  return `${formatShare(goodShare.baseline)} → ${formatShare(goodShare.current)} good`;
}

function notesOf({ verdict, reason, settledBy }: Change): string[] {
  const told = ["too-few-samples", "library-changed", "early", "between-looks"];
  const named = verdict === "regression" || verdict === "improvement" || verdict === "not-enough-data";
  return [
    ...(reason === null || named || told.includes(reason) ? [] : [REASON_WORDS[reason]]),
    ...[settlementText({ settledBy })].filter((text) => text !== null),
  ];
}
