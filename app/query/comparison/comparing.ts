import type { SummaryFilter } from "../../storage/summary-periods.server";
import { HOUR } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import type { ReleaseHistory } from "../releases/releases-result";
import { filterOf } from "../summary-filter";
import { planWindow, resolveWindow, type SummaryRetention } from "../window";
import type { UnavailableComparison } from "./comparison-result";
import type { Builds } from "./layout";
import { type ComparisonPlan, chooseHours } from "./plan";
import { type ReleasePair, releasePair } from "./release-pair";

/** Inputs of a comparison besides the summaries. */
export type ComparisonContext = {
  releases: ReleaseHistory;
  retention: SummaryRetention;
  now: number;
  /** One look at a declared time (a gate) needs no stricter bound for a young release. */
  looks?: "once" | "often";
};

/** The releases, hours and summaries of a comparison. */
export type PlannedComparison = {
  plan: ComparisonPlan;
  pair: ReleasePair;
  builds: Builds;
  /** `route` is the one that the query names. */
  filter: Omit<SummaryFilter, "buildVersion">;
  now: number;
};

/** Decides which releases are compared over which hours, or why none are. */
export function planComparison(
  query: CockpitQuery,
  { releases, retention, now, looks = "often" }: ComparisonContext,
): PlannedComparison | UnavailableComparison {
  const { window } = planWindow(resolveWindow(query, now), retention, now);
  const found = releasePair(query, releases, window, now);
  if (found.status === "unavailable") return found;
  const pair = { ...found, early: found.isEarly && looks === "often" };
  const builds = { current: pair.current.buildVersion, baseline: pair.baseline.buildVersion };
  const view = { from: Math.floor(window.from / HOUR), to: Math.ceil(window.to / HOUR) };
  const plan = chooseHours({ hours: releases.hours, ...builds, view, since: pair.since });
  if (plan === null) {
    const seen = releases.hours.some(({ buildVersion }) => buildVersion === builds.baseline);
    return { status: "unavailable", ...builds, reason: seen ? "release-not-in-view" : "baseline-gone" };
  }
  const { route, devices, navigation } = filterOf(query);
  return { plan, pair, builds, filter: { route, devices, navigation }, now };
}
