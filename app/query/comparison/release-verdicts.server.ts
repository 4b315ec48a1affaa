import type { Release } from "../../vitals/release";
import { HOUR } from "../../vitals/time";
import { COMPARE_PREVIOUS, type CockpitQuery } from "../cockpit-query";
import type { ComparisonContext } from "./comparing";
import { querySiteComparison } from "./comparison.server";
import type { ComparisonResult } from "./comparison-result";
import type { ComparisonReaders } from "./readers.server";

/** The times in which a release led, or where it never did, in which it was seen; `null` where it was not. */
export function activePeriod(
  { buildVersion, firstSeenAt, lastSeenAt }: Pick<Release, "buildVersion" | "firstSeenAt" | "lastSeenAt">,
  { releases: { timeline } }: Pick<ComparisonContext, "releases">,
): { from: number; to: number } | null {
  if (firstSeenAt === null || lastSeenAt === null) return null;
  const { entries } = timeline;
  const stretch = entries.findLastIndex((entry) => entry.buildVersion === buildVersion);
  const from = (entries[stretch]?.fromHour ?? Math.floor(firstSeenAt / HOUR)) * HOUR;
  const end = stretch === -1 ? undefined : entries[stretch + 1]?.fromHour;
  const to = end === undefined ? (Math.floor(lastSeenAt / HOUR) + 1) * HOUR : end * HOUR;
  return to > from ? { from, to } : null;
}

/**
 * Each release against the one before it, over the times in which it led: of the site as a whole, with devices matched. The
 * query's device and navigation count, its times and release don't.
 */
export async function queryReleaseVerdicts(
  readers: ComparisonReaders,
  releases: readonly Release[],
  query: CockpitQuery,
  context: ComparisonContext,
): Promise<Map<string, ComparisonResult>> {
  const verdicts = new Map<string, ComparisonResult>();
  for (const release of releases) {
    const lived = activePeriod(release, context);
    if (lived === null) continue;
    const own = {
      ...query,
      ...lived,
      ...{ release: release.buildVersion, compare: COMPARE_PREVIOUS, route: null },
    };
    verdicts.set(release.buildVersion, await querySiteComparison(readers, own, context));
  }
  return verdicts;
}
