import { THRESHOLDS } from "../vitals/metrics";

/** Where a view has no numbers of its own, a server that uses up all of a good TTFB is slow; in ms. */
export const DEFAULT_THRESHOLD = THRESHOLDS.TTFB.good;

/**
 * What counts as a slow answer of the server, in ms: the view's own 75th percentile of TTFB, cut to two digits. An answer
 * is only part of a TTFB, so whatever took longer belongs to the slowest quarter of page views.
 * @param p75 of TTFB in ms; `null` under 30 samples, 0 where no server was asked
 */
export function slowThreshold(p75: number | null): number {
  if (p75 === null || p75 < 1) return DEFAULT_THRESHOLD;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(p75)) - 1);
  return Math.floor(p75 / step) * step;
}
