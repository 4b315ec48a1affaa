import { type Metric, unitOf } from "../../app/vitals/metrics";

/** The smallest value that a sketch tells from others; every value between 0 and it reads as it. */
const RESOLUTION = { ms: 0.1, score: 0.0001 } as const;

/** A sketch is within 0.5 %, and the rounding to four significant digits adds up to 0.05 %. */
const RELATIVE = 0.0055;

/**
 * By how much a percentile may differ from the exact one (nearest rank), in the metric's unit: what the
 * documentation promises. Zero is exact.
 */
export function precisionOf(metric: Metric, exact: number): number {
  const resolution = RESOLUTION[unitOf(metric)];
  return exact > 0 && exact < resolution ? resolution - exact : RELATIVE * exact;
}
