import {
  CLSThresholds,
  FCPThresholds,
  INPThresholds,
  LCPThresholds,
  type MetricWithAttribution,
  TTFBThresholds,
} from "web-vitals/attribution";
import { type FlatAttribution, flattenAttribution, type TargetAt } from "./attribution";
import { roundTo } from "./rounding";

type MetricName = MetricWithAttribution["name"];

export type Measurement = {
  id: string;
  name: MetricName;
  /** In ms; CLS has no unit. */
  value: number;
  navigationType: string;
  /** Number of the report on this page: of two reports of one `id` the higher is newer. */
  sequence: number;
  /** Whether an earlier report of the same `id` was sent. */
  repeat?: true | undefined;
  attribution: FlatAttribution;
};

const THRESHOLDS = {
  CLS: CLSThresholds,
  FCP: FCPThresholds,
  INP: INPThresholds,
  LCP: LCPThresholds,
  TTFB: TTFBThresholds,
};

/** The rating of a value, as the number of exceeded thresholds (0 to 2). */
const exceeded = (name: MetricName, value: number): number =>
  THRESHOLDS[name].filter((threshold) => value > threshold).length;

/**
 * Rounds a value to 3 decimals (ms) or 6 (CLS), to keep beacons small; returns it unrounded if rounding would change its
 * rating.
 */
export function roundValue(name: MetricName, value: number): number {
  const rounded = roundTo(value, name === "CLS" ? 6 : 3);
  return exceeded(name, rounded) === exceeded(name, value) ? rounded : value;
}

/**
 * Converts a report of web-vitals to a measurement.
 * @param targetAt returns the selector of the target of the event at a time (`Event.timeStamp`, ms)
 */
export const toMeasurement = (
  metric: MetricWithAttribution,
  sequence: number,
  targetAt: TargetAt = () => undefined,
): Measurement => ({
  id: metric.id,
  name: metric.name,
  value: roundValue(metric.name, metric.value),
  navigationType: metric.navigationType,
  sequence,
  attribution: flattenAttribution(metric, targetAt),
});
