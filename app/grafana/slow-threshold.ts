import { THRESHOLDS } from "../vitals/metrics";

/** For a view without a p75: a server time equal to the whole good TTFB is slow. In ms. */
export const DEFAULT_THRESHOLD = THRESHOLDS.TTFB.good;

/** Whether a p75 gives a threshold: with a request to a server, and 30 samples. */
export const hasOwnThreshold = (p75: number | null): p75 is number => p75 !== null && p75 >= 1;

/**
 * The least duration of a slow server span, in ms: the view's p75 of TTFB, rounded down to two digits. The server's time is
 * only part of a TTFB, so a longer span belongs to the slowest quarter of page views.
 * @param p75 of TTFB in ms; `null` under 30 samples, 0 without a request to a server
 */
export function slowThreshold(p75: number | null): number {
  if (!hasOwnThreshold(p75)) return DEFAULT_THRESHOLD;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(p75)) - 1);
  return Math.floor(p75 / step) * step;
}
