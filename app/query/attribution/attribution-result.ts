import type { AttributedMetric } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";

/** An element, with the measurements that name it. */
export type SlowElement = {
  /** CSS selector. */
  element: string;
  n: number;
  /** Nearest rank of those values, in the metric's unit; `null` under 30. */
  p75: number | null;
};

/** What the measurements near the 75th percentile are made of, in ms. */
export type SubpartsNearP75 = {
  /** Measurements whose parts are all known, and how many of them the averages are made of. */
  n: number;
  averaged: number;
  /** Of those with known parts. `null`, as are the averages, under 30. */
  p75: number | null;
  /** Average of each part, in the order of `SUB_PARTS`. */
  averages: number[] | null;
};

/** What the slowest measurements are made of, in ms. */
export type SubpartsNearP95 = { averaged: number; averages: number[] };

/** What single measurements of one metric say of its causes. */
export type MetricAttribution = {
  metric: AttributedMetric;
  /** The times that were looked through (ms); they may begin after the view's window. */
  looked: TimeWindow;
  /** Why measurements of the view were left out: there are more than are read, or than are looked through. */
  cut: "sample" | "search" | null;
  /** Measurements that were read. */
  n: number;
  /** When the first and the last of them were received (ms). */
  oldest: number | null;
  newest: number | null;
  /** Nearest rank over all of them, in the metric's unit; `null` under 30. */
  p75: number | null;
  /** Measurements that name an element. */
  named: number;
  /** How many elements they name. */
  distinct: number;
  /** The most frequent ones, most frequent first. */
  elements: SlowElement[];
  parts: SubpartsNearP75;
  /** Where a `103 Early Hints` came first: nearest rank p75 of the times of the answers' own headers, in ms. */
  finalHeadersP75: number | null;
  /** `null` where under 30 have known parts. */
  partsNearP95: SubpartsNearP95 | null;
};

/** What is slow on a route. */
export type AttributionSummary = {
  causes: Record<AttributedMetric, MetricAttribution>;
  /** How long single measurements are kept, in ms. */
  retention: number;
  limits: AttributionLimits;
};

/** Measurements of a metric that are read, and among how many of the newest ones they are looked for. */
export type AttributionLimits = { sample: number; search: number };
