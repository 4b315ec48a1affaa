import {
  type ChangeReason,
  MIN_ABSOLUTE_CHANGE,
  MIN_RELATIVE_CHANGE,
  MIN_SAMPLES_FOR_VERDICT,
  MIN_SHARE_CHANGE,
  UNCHANGED_WITHIN,
  UNCHANGED_WITHIN_LEAST_CHANGES,
  type Verdict,
  type WindowKind,
} from "../../vitals/comparison";
import { type Metric, MIN_SAMPLES_FOR_PERCENTILE, unitOf } from "../../vitals/metrics";
import { criticalT, twoSidedP } from "../student-t";
import type { Change, Interval, MixCause } from "./change";
import type { Estimate } from "./estimate";
import { shareDifference } from "./good-share";
import type { MixEffect } from "./mix";
import { binomialVariance } from "./pools";

/** The nominal error of an interval, and of a verdict that is looked for once. */
export const NOMINAL = 0.05;

/** That of a release which is looked at again and again: two-sided, z = 3. */
export const STRICT = 0.0027;

/** What was found out of one metric, before it is decided what that is worth. */
export type Finding = {
  metric: Metric;
  estimate: Estimate;
  mix: (MixEffect & { cause: MixCause | null }) | null;
  kind: WindowKind;
  /** Less than an hour is compared. */
  tooShort: boolean;
  /** Whether the compared hours go on, so that more samples will come. */
  grows: boolean;
  /** Most of the measurements of both sides come from different major versions of the measuring library. */
  libraryChanged: boolean;
};

/** The change that is judged: by the estimate's measure, without what the mix makes of it. */
const adjusted = ({ estimate, mix }: Finding): number => estimate.difference - (mix?.effect ?? 0);

/** The shares of good samples, the current one without what the mix makes of it. */
function goodShares({ estimate: { good }, mix }: Finding): Estimate["good"] {
  const share = Math.min(1, Math.max(0, good.current.share - (mix?.good ?? 0)));
  return { current: { ...good.current, share }, baseline: good.baseline };
}

/** Standard error; infinite where the spread is not known. */
const standardError = ({ estimate: { variance, degrees } }: Finding): number =>
  degrees < 1 || !Number.isFinite(variance) ? Number.POSITIVE_INFINITY : Math.sqrt(variance);

/** The p-value of a difference with its standard error: 1 for none at all, however sure. */
function pOf(difference: number, error: number, degrees: number): number {
  return difference === 0 || error === Number.POSITIVE_INFINITY ? 1 : twoSidedP(difference / error, degrees);
}

/** CLS is judged by its share of good samples too, since its p75 is near zero. */
const isJudgedByGoodShare = (metric: Metric): boolean => unitOf(metric) === "score";

/** Tests that a metric is judged by. Where there are two, each has half of the error that is allowed (Bonferroni). */
const testsOf = (metric: Metric): number => (isJudgedByGoodShare(metric) ? 2 : 1);

/** p-values of the change of the p75, and of that of the share of good samples, as if each were the only one. */
function pValues(finding: Finding): { p75: number; good: number } {
  const { estimate, metric } = finding;
  const { current, baseline } = goodShares(finding);
  const error = Math.sqrt(
    binomialVariance(current.share, current.samples) + binomialVariance(baseline.share, baseline.samples),
  );
  const corrected = (p: number): number => Math.min(1, testsOf(metric) * p);
  return {
    p75: corrected(pOf(adjusted(finding), standardError(finding), estimate.degrees)),
    good: corrected(pOf(current.share - baseline.share, error, Math.max(1, estimate.degrees))),
  };
}

const hasEnough = ({ estimate: { n } }: Finding, least: number): boolean =>
  n.current >= least && n.baseline >= least;

/** Whether a finding can have a verdict besides "not enough data"; only these are tests that count among many. */
export const isJudged = (finding: Finding): boolean =>
  !finding.tooShort && hasEnough(finding, MIN_SAMPLES_FOR_VERDICT);

/** How likely a change at least as large is by chance alone. */
export function pValueOf(finding: Finding): number {
  const { p75, good } = pValues(finding);
  return isJudgedByGoodShare(finding.metric) ? Math.min(p75, good) : p75;
}

/**
 * What a p-value must not exceed. `many`: the bound was found together with those of other routes; one more of them
 * would be called with a p-value of up to `next`.
 */
export type Bound = { p: number; early: boolean } & ({ many: false } | { many: true; next: number });

/** Decides what a finding is worth. */
export function judge(finding: Finding, bound: Bound): Change {
  const { metric, estimate } = finding;
  const { n } = estimate;
  const base = { n, early: bound.early, leaning: null, samplesNeeded: null } as const;
  if (!hasEnough(finding, MIN_SAMPLES_FOR_PERCENTILE)) {
    return {
      ...base,
      ...{ p75: null, percent: null, absolute: null, interval: null, goodShare: null, raw: null, mix: null },
      verdict: "not-enough-data",
      reason: "too-few-samples",
    };
  }
  const numbers = numbersOf(finding);
  if (!isJudged(finding)) {
    const reason = hasEnough(finding, MIN_SAMPLES_FOR_VERDICT) ? "window-too-short" : "too-few-samples";
    return { ...base, ...numbers, verdict: "not-enough-data", reason };
  }
  const { verdict, reason, leaning } = decide(metric, finding, numbers, bound);
  return {
    ...base,
    ...numbers,
    verdict,
    reason,
    leaning,
    samplesNeeded:
      finding.grows && verdict === "inconclusive" && reason === null ? samplesNeeded(finding, bound) : null,
  };
}

type Numbers = Pick<Change, "p75" | "percent" | "absolute" | "interval" | "goodShare" | "raw" | "mix">;

const percentOf = (log: number): number => Math.expm1(log) * 100;

function numbersOf(finding: Finding): Numbers {
  const { estimate, mix, metric } = finding;
  const { measure, p75, difference } = estimate;
  const good = goodShares(finding);
  const change = adjusted(finding);
  const log = measure === "log";
  const current = log ? p75.baseline * Math.exp(change) : p75.baseline + change;
  const absolute = current - p75.baseline;
  const rawAbsolute = p75.current - p75.baseline;
  const error = standardError(finding);
  const critical = criticalT(NOMINAL, Math.max(1, estimate.degrees));
  const share = shareDifference(good.current, good.baseline, critical);
  return {
    p75: { current, baseline: p75.baseline },
    percent: log ? percentOf(change) : null,
    absolute,
    interval: Number.isFinite(error) ? intervalOf(change, critical * error, log) : null,
    goodShare: {
      current: good.current.share,
      baseline: good.baseline.share,
      points: (good.current.share - good.baseline.share) * 100,
      low: share.low * 100,
      high: share.high * 100,
    },
    raw: { percent: log ? percentOf(difference) : null, absolute: rawAbsolute },
    mix:
      mix === null
        ? null
        : {
            percent: unitOf(metric) === "ms" && log ? percentOf(mix.effect) : null,
            absolute: rawAbsolute - absolute,
            leftOut: mix.leftOut,
            cause: mix.cause,
          },
  };
}

function intervalOf(change: number, half: number, log: boolean): Interval {
  const [low, high] = [change - half, change + half];
  return log ? { low: percentOf(low), high: percentOf(high) } : { low, high };
}

type Decision = { verdict: Verdict; reason: ChangeReason | null; leaning: Change["leaning"] };

const open = (reason: ChangeReason | null): Decision => ({ verdict: "inconclusive", reason, leaning: null });
const UNCHANGED: Decision = { verdict: "unchanged", reason: null, leaning: null };

function decide(metric: Metric, finding: Finding, numbers: Numbers, bound: Bound): Decision {
  if (finding.libraryChanged) return open("library-changed");
  if (finding.estimate.identical) return UNCHANGED;
  if (numbers.interval === null) return open("window-too-short");
  const unchanged = isUnchanged(metric, numbers);
  if (finding.kind === "lifetime") return unchanged ? UNCHANGED : open("time-of-day-not-matched");
  const signs = signsOf(finding, numbers, NOMINAL);
  if (signs.contradictory) return open("contradictory");
  if (signs.direction === 0) {
    if (unchanged) return UNCHANGED;
    return open(signs.significant ? "too-small-to-matter" : null);
  }
  const p = bound.many ? pValueOf(finding) : signs.p;
  if (p > bound.p) {
    const leaning = signs.direction > 0 ? "worse" : "better";
    return { verdict: "inconclusive", reason: bound.many ? "one-of-many" : "early", leaning };
  }
  return { verdict: signs.direction > 0 ? "regression" : "improvement", reason: null, leaning: null };
}

/** Whether a change is as large as the least one that matters, whatever rounding made of it on the way. */
const reaches = (change: number, least: number): boolean => Math.abs(change) >= least * (1 - 1e-9);

type Signs = { direction: -1 | 0 | 1; p: number; significant: boolean; contradictory: boolean };

/**
 * Which way the finding points: 1 is worse, -1 better, and 0 that nothing is both significant and large enough to
 * matter. `p` is the smallest p-value of what does.
 */
function signsOf(finding: Finding, { percent, absolute, goodShare }: Numbers, level: number): Signs {
  const { metric } = finding;
  const { p75, good } = pValues(finding);
  const change = absolute ?? 0;
  const share = -(goodShare?.points ?? 0) / 100;
  const matters =
    reaches(change, MIN_ABSOLUTE_CHANGE[metric]) &&
    (percent === null || reaches(percent, MIN_RELATIVE_CHANGE * 100));
  const tests = [{ p: p75, by: change, matters }];
  if (isJudgedByGoodShare(metric)) {
    tests.push({ p: good, by: share, matters: reaches(share, MIN_SHARE_CHANGE) });
  }
  const significant = tests.filter(({ p }) => p <= level);
  const telling = significant.filter((test) => test.matters);
  const contradictory =
    telling.length > 0 && significant.some(({ by }) => by > 0 !== (telling[0]?.by ?? 0) > 0);
  const [first] = telling;
  return {
    direction: first === undefined ? 0 : first.by > 0 ? 1 : -1,
    p: Math.min(1, ...telling.map(({ p }) => p)),
    significant: significant.length > 0,
    contradictory,
  };
}

/** Whether the whole interval is near no change. */
function isUnchanged(metric: Metric, { percent, interval, goodShare }: Numbers): boolean {
  if (interval === null) return false;
  const reach =
    percent === null ? UNCHANGED_WITHIN_LEAST_CHANGES * MIN_ABSOLUTE_CHANGE[metric] : UNCHANGED_WITHIN * 100;
  const within = ({ low, high }: Interval, far: number): boolean => low >= -far && high <= far;
  if (!within(interval, reach)) return false;
  return !isJudgedByGoodShare(metric) || (goodShare !== null && within(goodShare, MIN_SHARE_CHANGE * 100));
}

/**
 * About how many more samples of the current release (and in proportion of the baseline, where both are live) bring
 * the interval off zero or within the reach of "unchanged", whichever comes first, if the change stays what it is. A
 * variance that samples make smaller does so as 1 / n; what comes from the earlier days stays.
 */
function samplesNeeded(finding: Finding, bound: Bound): number | null {
  const { estimate, metric } = finding;
  const { shrinking, variance, degrees, n, measure } = estimate;
  if (degrees < 1) return null;
  const change = Math.abs(adjusted(finding));
  const reach =
    measure === "log"
      ? Math.log1p(UNCHANGED_WITHIN)
      : UNCHANGED_WITHIN_LEAST_CHANGES * MIN_ABSOLUTE_CHANGE[metric];
  const p = Math.min(bound.many ? bound.next : bound.p, NOMINAL) / testsOf(metric);
  const target = Math.max(change, reach - change) / criticalT(p, degrees);
  const left = target * target - (variance - shrinking);
  if (left <= 0) return null;
  const more = Math.ceil(n.current * (shrinking / left - 1));
  return more > 0 && Number.isSafeInteger(more) ? more : null;
}
