import type { ChangeScale } from "./pools";

/** The change of a p75 from the baseline to the current release, and how far off it may be. */
export type Estimate = {
  changeScale: ChangeScale;
  /** Samples that it rests on. */
  n: { current: number; baseline: number };
  /** p75 of both sides, matched by time, in the metric's unit. */
  p75: { current: number; baseline: number };
  /** By `measure`: ln(current / baseline), or current - baseline. */
  difference: number;
  /** Variance of `difference`, and of that what more samples of the current release would make smaller. */
  variance: number;
  shrinking: number;
  /** Degrees of freedom of the variance. */
  degrees: number;
  /** Shares of good samples, and how many independent samples each is worth. */
  good: { current: ShareEstimate; baseline: ShareEstimate };
  /** Whether both sides are the same, sample by sample. */
  identical: boolean;
};

export type ShareEstimate = { share: number; samples: number };
