import type { Interval } from "./change";
import type { ShareEstimate } from "./estimate";

/** Wilson's score interval for a share of `samples` (which need not be whole): JASA 1927. */
function wilson({ share, samples }: ShareEstimate, z: number): Interval {
  if (samples === 0) return { low: 0, high: 1 };
  const weight = 1 + (z * z) / samples;
  const middle = (share + (z * z) / (2 * samples)) / weight;
  const half = (z / weight) * Math.sqrt((share * (1 - share)) / samples + (z * z) / (4 * samples * samples));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * The interval of current - baseline for two shares, from Wilson's intervals of both: Newcombe, "Interval estimation
 * for the difference between independent proportions", Statistics in Medicine 1998, method 10.
 */
export function shareDifference(current: ShareEstimate, baseline: ShareEstimate, z: number): Interval {
  const difference = current.share - baseline.share;
  const [a, b] = [wilson(current, z), wilson(baseline, z)];
  return {
    low: difference - Math.hypot(current.share - a.low, b.high - baseline.share),
    high: difference + Math.hypot(a.high - current.share, baseline.share - b.low),
  };
}
