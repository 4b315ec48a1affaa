import type { SummaryFilter } from "../../storage/summary-filter";
import { HOUR } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import type { ReleaseHistory } from "../releases/releases-result";
import { filterOf } from "../summary-filter";
import { planWindow, resolveWindow, type SummaryRetention } from "../window";
import type { UnavailableComparison } from "./comparison-result";
import type { Builds } from "./layout";
import { hourOfLook, type Looks, looksAt } from "./looks";
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
  /**
   * The plan as it was at the last declared look: that of now at a replacement, after which no hours come. `null` before the
   * first look, and where nothing could be compared at it.
   */
  planAtLook: ComparisonPlan | null;
  /** `null` for who looks once. */
  looks: Looks | null;
  pair: ReleasePair;
  builds: Builds;
  /** `route` is the one that the query names. */
  filter: Omit<SummaryFilter, "buildVersion">;
  now: number;
};

/** Decides which releases are compared over which hours, or why none are. */
export function planComparison(
  query: CockpitQuery,
  { releases, retention, now, looks: often = "often" }: ComparisonContext,
): PlannedComparison | UnavailableComparison {
  const { window } = planWindow(resolveWindow(query, now), retention, now);
  const pair = releasePair(query, releases, window, now);
  if (pair.status === "unavailable") return pair;
  const builds = { current: pair.current.buildVersion, baseline: pair.baseline.buildVersion };
  const looks = often === "once" ? null : looksAt(pair, Math.min(now, window.to));
  const view = { from: Math.floor(window.from / HOUR), to: Math.ceil(window.to / HOUR) };
  const until = (end: number): ComparisonPlan | null =>
    chooseHours({ hours: releases.hours, ...builds, view, end, since: pair.since });
  // What a release did after it was replaced is what stragglers do.
  const replaced = pair.replacedAt === null ? Number.POSITIVE_INFINITY : pair.replacedAt / HOUR;
  const plan = until(Math.min(view.to, replaced));
  if (plan === null) {
    const seen = releases.hours.some(({ buildVersion }) => buildVersion === builds.baseline);
    return { status: "unavailable", ...builds, reason: seen ? "release-not-in-view" : "baseline-gone" };
  }
  const last = looks?.last ?? null;
  const { route, devices, navigation } = filterOf(query);
  return {
    plan,
    planAtLook: last === null ? null : last.kind === "replacement" ? plan : until(hourOfLook(last)),
    looks,
    pair,
    builds,
    filter: { route, devices, navigation },
    now,
  };
}
