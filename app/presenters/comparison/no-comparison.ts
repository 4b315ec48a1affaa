import { COMPARE_PREVIOUS, type CockpitQuery } from "../../query/cockpit-query";
import type { UnavailableComparison } from "../../query/comparison/comparison-result";
import type { ReleasesResult } from "../../query/releases/releases-result";
import { type PageName, pageHref, releasesHref } from "../format/links";

const name = (release: string | null, otherwise: string): string =>
  release === null ? otherwise : `“${release}”`;

/** Why nothing is compared, and what to do about it. */
export type NoComparisonModel = {
  status: "unavailable";
  text: string;
  links: Array<{ text: string; href: string }>;
};

/** Why two releases are not compared, in a sentence that says what to do next. */
export function noComparisonSentence({ reason, current, baseline }: UnavailableComparison): string {
  switch (reason) {
    case "no-release":
      return "There is nothing to compare: no release is established yet. A build becomes one with 30 page views, 1 % of an hour's traffic, several senders and two hours, or when its deploy is announced.";
    case "no-previous":
      return `There is nothing to compare with: ${name(current, "the release")} replaced no other release yet. Choose the release to compare with, or come back after the next deploy.`;
    case "unknown-release":
      return `There is nothing to compare: no release ${name(current, "of this name")} is known. Upper and lower case count.`;
    case "unknown-baseline":
      return `There is nothing to compare with: no release ${name(baseline, "of this name")} is known. Upper and lower case count.`;
    case "same-release":
      return `There is nothing to compare: ${name(current, "a release")} against itself is always unchanged. Choose another release to compare with.`;
    case "release-not-in-view":
      return `There is nothing to compare: ${name(current, "the release")} has no page view in this view's times and filters. Choose times in which it was live.`;
    case "baseline-not-measured":
      return `There is nothing to compare with: ${name(baseline, "the earlier release")} was announced, and no page view of it was measured. Choose another release to compare with.`;
    case "baseline-gone":
      return `There is nothing to compare with: the hourly summaries of ${name(baseline, "the earlier release")} are deleted (their retention is HOURLY_RETENTION_DAYS). Choose a newer release to compare with.`;
  }
}

/** Names that differ from an unknown one in nothing but case. */
function spelledOtherwise(wanted: string | null, releases: ReleasesResult | null): string[] {
  if (wanted === null || releases === null) return [];
  return releases.releases
    .map(({ buildVersion }) => buildVersion)
    .filter((known) => known !== wanted && known.toLowerCase() === wanted.toLowerCase())
    .slice(0, 3);
}

/** The sentence, and links to what would help. */
export function noComparisonModel(
  result: UnavailableComparison,
  query: CockpitQuery,
  releases: ReleasesResult | null,
  page: PageName,
): NoComparisonModel {
  const to = (text: string, changes: Partial<CockpitQuery>) => ({
    text,
    href: pageHref(page, query, changes),
  });
  const { reason, current, baseline } = result;
  const links: NoComparisonModel["links"] = [];
  if (reason === "unknown-release")
    for (const release of spelledOtherwise(current, releases)) links.push(to(release, { release }));
  if (reason === "unknown-baseline")
    for (const buildVersion of spelledOtherwise(baseline, releases))
      links.push(to(`Compare with ${buildVersion}`, { compare: { with: "build", buildVersion } }));
  if ((reason === "same-release" || reason === "unknown-baseline") && query.compare?.with === "build")
    links.push(to("Compare with the previous release", { compare: COMPARE_PREVIOUS }));
  if (reason === "unknown-release") links.push(to("Compare the current release", { release: null }));
  if (reason === "release-not-in-view" && (query.range !== "90d" || query.from !== null || query.to !== null))
    links.push(to("Last 90 days", { range: "90d", from: null, to: null }));
  links.push(to("Don't compare", { compare: null }));
  if (reason !== "release-not-in-view") links.push({ text: "All releases", href: releasesHref(query) });
  return { status: "unavailable", text: noComparisonSentence(result), links };
}
