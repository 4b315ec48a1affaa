import type { AttributedMetric } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";

export type SlowElement = {
  /** CSS selector. */
  element: string;
  n: number;
  /** Nearest rank of its values, in the metric's unit; `null` under 30. */
  p75: number | null;
};

/** Average subparts of the measurements near the 75th percentile, in ms. */
export type SubpartsNearP75 = {
  /** Measurements with all subparts. */
  n: number;
  /** Measurements in the averages. */
  averaged: number;
  /** p75 of the measurements with all subparts. `null` under 30, like the averages. */
  p75: number | null;
  /** Average of each subpart, in the order of `SUBPARTS`. */
  averages: number[] | null;
};

/**
 * Average subparts of the slowest measurements, in ms. `answered` is the average time until the answer's own headers, where
 * some came after a `103`; absent where none did.
 */
export type SubpartsNearP95 = { averaged: number; averages: number[]; answered?: number };

/** The attribution of one metric, from single measurements. */
export type MetricAttribution = {
  metric: AttributedMetric;
  /** The searched period (ms); it may begin after the view's window. */
  coverage: TimeWindow;
  /** The limit that left out older measurements of the view (see `AttributionLimits`); `null` for none. */
  truncatedBy: "sample" | "search" | null;
  n: number;
  /** Reception of the oldest and newest measurement (ms); `null` without any. */
  oldest: number | null;
  newest: number | null;
  /** Nearest rank over the sample, in the metric's unit; `null` under 30. */
  p75: number | null;
  withElement: number;
  distinctElements: number;
  /** The most frequent elements, in descending order. */
  elements: SlowElement[];
  parts: SubpartsNearP75;
  /** Of page views with a `103 Early Hints`: p75 (nearest rank) of the arrival of the final headers, in ms. */
  finalHeadersP75: number | null;
  /** `null` under 30 measurements with all subparts. */
  partsNearP95: SubpartsNearP95 | null;
};

export type AttributionSummary = {
  causes: Record<AttributedMetric, MetricAttribution>;
  /** Retention of single measurements, in ms. */
  retention: number;
  limits: AttributionLimits;
};

/** Most measurements of a metric in the sample, and among how many of the newest it is searched. */
export type AttributionLimits = { sample: number; search: number };
