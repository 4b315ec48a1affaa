import type { CockpitQuery } from "../../query/cockpit-query";
import type { Comparison, ComparisonResult } from "../../query/comparison/comparison-result";
import type { Panel } from "../panel";

/** The comparison behind a panel; `null` where nothing is compared, or nothing could be. */
export function comparisonOf(panel: Panel<ComparisonResult> | null): Comparison | null {
  return panel?.ok && panel.value.status === "compared" ? panel.value : null;
}

/** The release whose figures are seen: the chosen one, while comparing else the current one; `null` means all. */
export function releaseInView(
  query: Pick<CockpitQuery, "release">,
  panel: Panel<ComparisonResult> | null,
): string | null {
  return query.release ?? (panel?.ok ? panel.value.current : null);
}
