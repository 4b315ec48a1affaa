import { type CockpitQuery, DEFAULT_QUERY } from "../../query/cockpit-query";
import type { ComparisonResult } from "../../query/comparison/comparison-result";
import type { NoComparisonReason } from "../../vitals/comparison";
import { METRICS } from "../../vitals/metrics";
import { type DeltaBadgeModel, deltaBadge } from "../comparison/delta-badge";
import { noComparisonSentence } from "../comparison/no-comparison";
import { cockpitHref, pinned } from "../format/links";

/** What a release is to the one before it. */
export type ReleaseVerdictModel = {
  /** Which one that is, and the cockpit comparing the two; or why there is none. */
  against: { name: string; href: string; absent: null } | { name: null; absent: string; title: string };
  /** In the order of the metrics; each leads to the comparison with this metric chosen. */
  deltas: Array<{ delta: DeltaBadgeModel; href: string }> | null;
};

const ABSENT: Readonly<Record<NoComparisonReason, string>> = {
  "no-release": "none yet",
  "no-previous": "none",
  "unknown-release": "not known",
  "unknown-baseline": "not known",
  "same-release": "itself",
  "release-not-in-view": "not measured",
  "baseline-not-measured": "not measured",
  "baseline-gone": "deleted",
};

/** @param lived the times in which the release was seen, which the links show */
export function releaseVerdict(
  result: ComparisonResult,
  query: CockpitQuery,
  lived: Pick<CockpitQuery, "from" | "to" | "range">,
): ReleaseVerdictModel {
  if (result.status === "unavailable") {
    const title = noComparisonSentence(result);
    return { against: { name: null, absent: ABSENT[result.reason], title }, deltas: null };
  }
  const { device, navigation, tz, metric } = query;
  const base = {
    ...DEFAULT_QUERY,
    device,
    navigation,
    tz,
    ...lived,
    ...pinned(result),
    sort: "regression" as const,
  };
  return {
    against: { name: result.baseline, href: cockpitHref({ ...base, metric }), absent: null },
    deltas: METRICS.map((one) => ({
      delta: deltaBadge(one, result.changes[one]),
      href: cockpitHref({ ...base, metric: one }),
    })),
  };
}
