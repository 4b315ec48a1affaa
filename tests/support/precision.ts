import { type Metric, unitOf } from "../../app/vitals/metrics";

/** The smallest positive value of a sketch; smaller positive values are read as this one. */
const RESOLUTION = { ms: 0.1, score: 0.0001 } as const;

/** A sketch is within 0.5 %, and the rounding to four significant digits adds up to 0.05 %. */
const RELATIVE = 0.0055;

/**
 * The documented error bound of a percentile against the exact one (nearest rank), in the metric's unit. Zero is exact.
 */
export function precisionOf(metric: Metric, exact: number): number {
  const resolution = RESOLUTION[unitOf(metric)];
  return exact > 0 && exact < resolution ? resolution - exact : RELATIVE * exact;
}
