import { discoveryThreshold, nextDiscovery } from "../../stats/comparison/false-discovery";
import { type Finding, isJudged, pValueOf } from "../../stats/comparison/finding";
import { decideVerdict } from "../../stats/comparison/judge";
import { FALSE_DISCOVERY_RATE } from "../../vitals/comparison";
import type { Changes } from "./comparison-result";

/** What was found of one metric of a route. */
export type RouteFinding = { route: string; finding: Finding };

/** The verdicts of all routes and metrics, corrected together as one family. */
export function decideFamily(
  findings: readonly RouteFinding[],
  rate = FALSE_DISCOVERY_RATE,
): Map<string, Partial<Changes>> {
  const pValues = findings.filter(({ finding }) => isJudged(finding)).map(({ finding }) => pValueOf(finding));
  const bound = {
    p: discoveryThreshold(pValues, rate),
    next: nextDiscovery(pValues, rate),
    early: false,
    many: true as const,
  };
  const changes = new Map<string, Partial<Changes>>();
  for (const { route, finding } of findings) {
    const all = changes.get(route) ?? {};
    all[finding.metric] = decideVerdict(finding, bound);
    changes.set(route, all);
  }
  return changes;
}
