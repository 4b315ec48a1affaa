import type { Change, Comparison } from "../../query/comparison/comparison-result";
import { isCalled } from "../../vitals/comparison";
import type { Metric } from "../../vitals/metrics";
import { formatCount, formatShare } from "../format/format";
import {
  arrowText,
  bothCounts,
  changeLabel,
  intervalText,
  REASON_LABELS,
  settlementText,
  sizeText,
  type Tone,
  toneOf,
} from "./change-labels";

/** One mark for a change. Only a regression or an improvement has a colour and a number. */
export type DeltaBadgeModel = {
  metric: Metric;
  tone: Tone;
  /** `+15% ↑`, `≈` for unchanged, `·` for anything undecided. */
  mark: string;
  /** The verdict beside the mark: `slower`, `unchanged`, `undecided`. */
  label: string;
  /** The figures behind the mark on one line: `-9% (-17…+0.9 %), n 5,169 / 6,695, 85 % → 88 % good, inconclusive`. */
  details: string;
};

/** Badges of changes, which queries remember and nothing changes afterwards; they last as long as their change. */
const remembered = new WeakMap<Change, DeltaBadgeModel>();

/** The badge of a metric's change, written once for each. */
export function deltaBadge(metric: Metric, change: Change): DeltaBadgeModel {
  const known = remembered.get(change);
  if (known?.metric === metric) return known;
  const badge = {
    metric,
    tone: toneOf(change.verdict),
    ...markOf(metric, change),
    details: detailsOf(metric, change),
  };
  remembered.set(change, badge);
  return badge;
}

/** The badge in a document's title, after its state: `, +15% ↑ slower`; empty without a comparison. */
export function titleOfChange(metric: Metric, compared: Pick<Comparison, "changes"> | null): string {
  if (compared === null) return "";
  const { mark, label } = deltaBadge(metric, compared.changes[metric]);
  return label === UNDECIDED ? `, ${label}` : `, ${mark} ${label}`;
}

/** What the mark `·` stands for. */
export const UNDECIDED = "undecided";

function markOf(metric: Metric, change: Change): Pick<DeltaBadgeModel, "mark" | "label"> {
  const { verdict, early } = change;
  if (verdict === "regression" || verdict === "improvement") {
    const label = changeLabel(metric, verdict === "regression" ? "worse" : "better");
    return { mark: arrowText(metric, change) ?? "", label: early ? `${label}, early` : label };
  }
  return verdict === "unchanged" ? { mark: "≈", label: "unchanged" } : { mark: "·", label: UNDECIDED };
}

function detailsOf(metric: Metric, change: Change): string {
  const { verdict } = change;
  const interval = intervalText(metric, change);
  const size = sizeText(metric, change);
  const parts = [
    ...(verdict === "not-enough-data" || size === null
      ? []
      : [interval === null ? size : `${size} (${interval})`]),
    `n ${bothCounts(change, formatCount)}`,
    ...(change.goodShare === null ? [] : [goodShareText(change.goodShare)]),
    ...undecidedNotes(change),
  ];
  return parts.join(", ");
}

/** `82 % → 74 % good` */
export const goodShareText = ({ baseline, current }: NonNullable<Change["goodShare"]>): string =>
  `${formatShare(baseline)} → ${formatShare(current)} good`;

/** Why there is no verdict, and what would settle it: `inconclusive`, `about 1,800 more page views`. */
export function undecidedNotes({ verdict, leaning, reason, early, settledBy }: Change): string[] {
  if (isCalled({ verdict })) return [];
  const why = [
    ...(leaning === null ? [] : [`leaning ${leaning}`]),
    ...(reason === null ? [] : [REASON_LABELS[reason]]),
    ...(early && reason !== "early" ? [REASON_LABELS.early] : []),
  ];
  return [
    ...(verdict === "inconclusive" && why.length === 0 ? ["inconclusive"] : why),
    ...[settlementText({ settledBy })].filter((text) => text !== null),
  ];
}
