import type { CockpitQuery, Percentile, QueryDevice, QueryNavigation } from "../../query/cockpit-query";
import type { Metric, Rating } from "../../vitals/metrics";
import type { NavigationClass } from "../../vitals/navigation";
import { DAY, HOUR, MINUTE, type RangeName, WEEK } from "../../vitals/time";

export const METRIC_NAMES: Readonly<Record<Metric, string>> = {
  INP: "Interaction to Next Paint",
  LCP: "Largest Contentful Paint",
  CLS: "Cumulative Layout Shift",
  FCP: "First Contentful Paint",
  TTFB: "Time to First Byte",
};

export const RATING_LABELS: Readonly<Record<Rating, string>> = {
  good: "good",
  "needs-improvement": "needs improvement",
  poor: "poor",
};

/** Each rating has a shape besides its colour, as Lighthouse draws them. */
export const RATING_SHAPES: Readonly<Record<Rating, string>> = {
  good: "●",
  "needs-improvement": "■",
  poor: "▲",
};

export const RANGE_LABELS: Readonly<Record<RangeName, string>> = {
  "1h": "Last hour",
  "6h": "Last 6 hours",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
};

/** Devices as a filter is called. */
export const DEVICE_LABELS: Readonly<Record<QueryDevice, string>> = {
  all: "All without bots",
  mobile: "Mobile",
  tablet: "Tablet",
  desktop: "Desktop",
  bot: "Bots",
};

/** Devices in the sentence over the figures. */
export const DEVICE_PHRASES: Readonly<Record<QueryDevice, string>> = {
  all: "All devices without bots",
  mobile: "Mobile devices",
  tablet: "Tablets",
  desktop: "Desktop computers",
  bot: "Bots only",
};

/** Navigations as a filter is called. */
export const NAVIGATION_LABELS: Readonly<Record<QueryNavigation, string>> = {
  load: "Hard loads",
  prerender: "Prerendered loads",
  bfcache: "Back/forward cache",
  soft: "Soft navigations",
  all: "All navigations",
};

/** Navigations in the sentence over the figures. */
export const NAVIGATION_PHRASES: Readonly<Record<QueryNavigation, string>> = {
  load: "hard loads",
  prerender: "prerendered loads",
  bfcache: "restores from the back/forward cache",
  soft: "soft navigations",
  all: "all navigations",
};

/** One and many of a navigation class, for counts. */
export const NAVIGATION_COUNTS: Readonly<Record<NavigationClass, readonly [string, string]>> = {
  load: ["hard load", "hard loads"],
  prerender: ["prerendered load", "prerendered loads"],
  bfcache: ["restore from the back/forward cache", "restores from the back/forward cache"],
  soft: ["soft navigation", "soft navigations"],
};

export const percentileLabel = (percentile: Percentile): string => `p${percentile}`;

/** How often a trend with steps of `step` ms has a point. */
export function stepLabel(step: number): string {
  if (step < HOUR) return `every ${step / MINUTE} minutes`;
  if (step === HOUR) return "hourly";
  if (step < DAY) return `every ${step / HOUR} hours`;
  if (step === DAY) return "daily";
  return step === WEEK ? "weekly" : `every ${step / WEEK} weeks`;
}

/** A metric and percentile: `LCP p75`. */
export const figureName = ({ metric, percentile }: Pick<CockpitQuery, "metric" | "percentile">): string =>
  `${metric} ${percentileLabel(percentile)}`;
