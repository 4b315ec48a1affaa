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

/** One value of one metric, as it stands in a beacon. */
export type Measurement = {
  id: string;
  name: MetricName;
  /** ms; CLS without unit */
  value: number;
  navigationType: string;
  /** Counts the page's reports: of two reports of one `id` the higher is the newer. */
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

/** How many of a metric's two thresholds a value exceeds, which is what rates it. */
const exceeded = (name: MetricName, value: number): number =>
  THRESHOLDS[name].filter((threshold) => value > threshold).length;

/**
 * A value with 3 decimals (ms) or 6 (CLS), so that beacons stay small; unrounded where that would move it
 * over a threshold.
 */
export function roundValue(name: MetricName, value: number): number {
  const rounded = roundTo(value, name === "CLS" ? 6 : 3);
  return exceeded(name, rounded) === exceeded(name, value) ? rounded : value;
}

/**
 * Makes the measurement of a report of web-vitals.
 * @param targetAt the selector of the element that an event at this time (`Event.timeStamp`) met
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
