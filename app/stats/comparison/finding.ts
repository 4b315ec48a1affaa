import { type ComparisonMethod, MIN_SAMPLES_FOR_VERDICT } from "../../vitals/comparison";
import { type Metric, unitOf } from "../../vitals/metrics";
import { criticalT, twoSidedP } from "../student-t";
import type { MixCause } from "./change";
import type { Estimate } from "./estimate";
import type { MixEffect } from "./mix";
import { binomialVariance } from "./pools";

/** The nominal error of an interval, and of a verdict that is looked for once. */
export const NOMINAL = 0.05;

/** What was found out of one metric, before it is decided what that is worth. */
export type Finding = {
  metric: Metric;
  estimate: Estimate;
  mix: (MixEffect & { cause: MixCause | null }) | null;
  kind: ComparisonMethod;
  /** Less than an hour is compared. */
  isTooShort: boolean;
  /** Whether the compared hours go on, so that more samples will come. */
  isOngoing: boolean;
  /** Hours of history until time of day can be matched; `null` where it is, or where more hours don't do it. */
  missingHours: number | null;
  /** What brings the variance of the difference down to a target, where a model knows. */
  timeTo: ((variance: number) => { hours: number; samples: number } | null) | null;
  /** Most of the measurements of both sides come from different major versions of the measuring library. */
  libraryChanged: boolean;
};

let newestT = { degrees: 1, t: criticalT(NOMINAL, 1) };

/** The t of a nominal interval. The newest is cached: neighbouring routes and steps have the same degrees of freedom. */
export function nominalT(degrees: number): number {
  if (newestT.degrees !== degrees) newestT = { degrees, t: criticalT(NOMINAL, degrees) };
  return newestT.t;
}

/** The change that is judged: by the estimate's measure, without what the mix makes of it. */
export const adjusted = ({ estimate, mix }: Finding): number => estimate.difference - (mix?.effect ?? 0);

/** The shares of good samples, the current one without what the mix makes of it. */
export function goodShares({ estimate: { good }, mix }: Finding): Estimate["good"] {
  const share = Math.min(1, Math.max(0, good.current.share - (mix?.good ?? 0)));
  return { current: { ...good.current, share }, baseline: good.baseline };
}

/** Standard error; infinite where the spread is not known. */
export const standardError = ({ estimate: { variance, degrees } }: Finding): number =>
  degrees < 1 || !Number.isFinite(variance) ? Number.POSITIVE_INFINITY : Math.sqrt(variance);

/** The p-value of a difference with its standard error: 1 for none at all, however sure. */
function pOf(difference: number, error: number, degrees: number): number {
  return difference === 0 || error === Number.POSITIVE_INFINITY ? 1 : twoSidedP(difference / error, degrees);
}

/** CLS is judged by its share of good samples too, since its p75 is near zero. */
export const isJudgedByGoodShare = (metric: Metric): boolean => unitOf(metric) === "score";

/** Tests that a metric is judged by. Where there are two, each has half of the error that is allowed (Bonferroni). */
export const testsOf = (metric: Metric): number => (isJudgedByGoodShare(metric) ? 2 : 1);

/** p-values of the change of the p75, and of that of the share of good samples, as if each were the only one. */
export function pValues(finding: Finding): { p75: number; good: number } {
  const { estimate, metric } = finding;
  const { difference, variance } = goodDifference(finding);
  const corrected = (p: number): number => Math.min(1, testsOf(metric) * p);
  return {
    p75: corrected(pOf(adjusted(finding), standardError(finding), estimate.degrees)),
    good: corrected(pOf(difference, Math.sqrt(variance), Math.max(1, estimate.degrees))),
  };
}

/** The change of the share of good samples, and its variance. */
export function goodDifference(finding: Finding): { difference: number; variance: number } {
  const { current, baseline } = goodShares(finding);
  return {
    difference: current.share - baseline.share,
    variance:
      binomialVariance(current.share, current.samples) + binomialVariance(baseline.share, baseline.samples),
  };
}

export const hasEnough = ({ estimate: { n } }: Finding, least: number): boolean =>
  n.current >= least && n.baseline >= least;

/** Whether a finding can have a verdict besides "not enough data"; only these are tests that count among many. */
export const isJudged = (finding: Finding): boolean =>
  !finding.isTooShort && hasEnough(finding, MIN_SAMPLES_FOR_VERDICT);

/** How likely a change at least as large is by chance alone. */
export function pValueOf(finding: Finding): number {
  const { p75, good } = pValues(finding);
  return isJudgedByGoodShare(finding.metric) ? Math.min(p75, good) : p75;
}
