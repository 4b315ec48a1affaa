import type { Change } from "../../stats/comparison/change";
import type { Sketch } from "../../stats/sketch/sketch";
import type { NoComparisonReason, WindowKind } from "../../vitals/comparison";
import type { Device } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import type { StoredNavigation } from "../../vitals/navigation";
import type { ViewSources } from "../../vitals/sources";
import type { TimeWindow } from "../../vitals/time";
import type { MetricSketches } from "../view/view-result";
import type { Looks } from "./looks";

export type { Change, Interval, MixCause, Settlement } from "../../stats/comparison/change";

/** Changes of all five metrics. */
export type Changes = Record<Metric, Change>;

/** Which times were compared. */
export type ComparisonWindows = {
  kind: WindowKind;
  /** Stretches of whole hours, oldest first. */
  current: TimeWindow[];
  baseline: TimeWindow[];
  /** Hours of the current release that are compared. */
  hours: number;
  /** Days of history that the model rests on; `null` without one. */
  historyDays: number | null;
  /** How much of what is known comes from hours in which both were live, 0 to 1, by metric; `null` without a model. */
  concurrentShare: Record<Metric, number> | null;
};

/**
 * The chosen metric of both releases, each at its own times: every step of a window with and without data, at most 400, in
 * ascending order; `step` in ms.
 */
export type ComparedTrend = {
  window: TimeWindow;
  step: number;
  steps: Array<TimeWindow & { current: Sketch; baseline: Sketch }>;
};

/** Samples of one release in the compared hours, in all navigation classes. */
export type SideTraffic = Record<StoredNavigation, Record<Metric, number>>;

export type Traffic = { current: SideTraffic; baseline: SideTraffic };

/** A comparison of two releases that was made. */
export type Comparison = {
  status: "compared";
  current: string;
  baseline: string;
  /** When the current release appeared (ms), and whether it is still the newest of the timeline. */
  deployedAt: number;
  isCurrent: boolean;
  /** Live with no declared look past yet. */
  isEarly: boolean;
  /** The last declared look, and the next; `null` for who looks once. */
  looks: Looks | null;
  windows: ComparisonWindows;
  /** What the baseline measured in its windows. */
  previous: MetricSketches;
  /** The view as a whole: the site, or the route that the query names. */
  changes: Changes;
  /** All routes, where the query names none. */
  routes: Map<string, Changes>;
  /** `null` where no view was given. */
  trend: ComparedTrend | null;
  /** `null` where it was not read: for comparisons without routes, and over more than four weeks. */
  traffic: Traffic | null;
};

/** Why there is no comparison. */
export type UnavailableComparison = {
  status: "unavailable";
  /** The releases that were to be compared, as far as they are known. */
  current: string | null;
  baseline: string | null;
  reason: NoComparisonReason;
};

export type ComparisonResult = Comparison | UnavailableComparison;

/** What single measurements of one side say of an element: how many name it, their share (0 to 1), their p75 (`null` under 30). */
export type ElementSide = { n: number; share: number; p75: number | null };

/** An element of LCP or INP on both sides of a comparison; `ms` is about how much of the p75's change it explains. */
export type ElementChange = {
  element: string;
  current: ElementSide;
  baseline: ElementSide;
  ms: number | null;
};

/** What moved within one route. */
export type ChangeBreakdown = {
  /** The route on single devices; those without samples on either side are left out. */
  devices: Array<{ device: Device; changes: Changes }>;
  /** From single measurements, what moved most first; both sides' times may reach less far than the comparison's. */
  elements: Record<"LCP" | "INP", { n: { current: number; baseline: number }; moves: ElementChange[] }>;
};

/** The largest sources of one side, and what the side measured; `null`: not known, and not read. */
export type SideSources = { sources: ViewSources | null; total: MetricSketches | null };

export type ComparedSources = { current: SideSources; baseline: SideSources };
