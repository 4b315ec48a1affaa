import type { Change, Changes } from "../../query/comparison/comparison-result";
import { METRICS, type Metric } from "../../vitals/metrics";
import { formatCount, formatShare, valueText } from "../format/format";
import { METRIC_NAMES } from "../format/labels";
import { intervalText, sizeText } from "./change-labels";
import { type DeltaBadgeModel, deltaBadge, goodShareText, undecidedNotes } from "./delta-badge";

/** A row of the table behind the badges; what is unknown is an empty text. */
export type ChangeFiguresRow = {
  metric: Metric;
  name: string;
  badge: DeltaBadgeModel;
  /** p75 of both sides, matched by time and mix. */
  baseline: string;
  current: string;
  change: string;
  /** 95 % */
  interval: string;
  n: { baseline: string; current: string };
  /** `82 % → 74 % good` */
  goodShare: string;
  /** Share of the information from hours in which both releases were live, `4 %`; `null` without a model. */
  concurrent: string | null;
  note: string;
};

/** All five metrics of a comparison, with interval, samples and good share. */
export const changeFigures = (
  changes: Changes,
  concurrentShare: Record<Metric, number> | null = null,
): ChangeFiguresRow[] =>
  METRICS.map((metric) => changeFiguresRow(metric, changes[metric], concurrentShare?.[metric] ?? null));

/** One metric of a comparison. Without enough data it has samples and a note, and no other figure. */
export function changeFiguresRow(
  metric: Metric,
  change: Change,
  concurrentShare: number | null = null,
): ChangeFiguresRow {
  const p75 = change.verdict === "not-enough-data" ? null : change.p75;
  return {
    metric,
    name: METRIC_NAMES[metric],
    badge: deltaBadge(metric, change),
    baseline: p75 === null ? "" : valueText(metric, p75.baseline),
    current: p75 === null ? "" : valueText(metric, p75.current),
    change: p75 === null ? "" : (sizeText(metric, change) ?? ""),
    interval: p75 === null ? "" : (intervalText(metric, change) ?? ""),
    n: { baseline: formatCount(change.n.baseline), current: formatCount(change.n.current) },
    goodShare: change.goodShare === null ? "" : goodShareText(change.goodShare),
    concurrent: concurrentShare === null ? null : formatShare(concurrentShare),
    note: undecidedNotes(change).join(", "),
  };
}
