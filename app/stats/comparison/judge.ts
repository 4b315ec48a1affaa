import {
  type ChangeReason,
  MIN_ABSOLUTE_CHANGE,
  MIN_RELATIVE_CHANGE,
  MIN_SAMPLES_FOR_VERDICT,
  MIN_SHARE_CHANGE,
  UNCHANGED_WITHIN,
  UNCHANGED_WITHIN_LEAST_CHANGES,
  type Verdict,
} from "../../vitals/comparison";
import { type Metric, MIN_SAMPLES_FOR_PERCENTILE, unitOf } from "../../vitals/metrics";
import { criticalT, twoSidedP } from "../student-t";
import type { Change, Interval } from "./change";
import {
  adjusted,
  type Finding,
  goodDifference,
  goodShares,
  hasEnough,
  isJudged,
  isJudgedByGoodShare,
  NOMINAL,
  nominalT,
  pValueOf,
  pValues,
  standardError,
  testsOf,
} from "./finding";
import { shareDifference } from "./good-share";
import { alwaysValidZ } from "./joint/always-valid";
import { type OpenTest, settlementOf } from "./settlement";

/**
 * That of each declared look: z = 2.24. Two looks then are wrong in at most 5 % of the cases; a release that is replaced
 * after its second look has three, and at most 7.5 %.
 */
export const DECLARED = 0.025;

/**
 * What a p-value must not exceed. `always-valid`: somebody looks again and again. `many`: the bound was found together
 * with those of other routes; one more of them would be called with a p-value of up to `next`.
 */
export type SignificanceLevel = {
  early: boolean;
  /** The declared look that judges; none follows a replacement. */
  look?: Change["look"];
} & ({ many: false; p: number | "always-valid" } | { many: true; p: number; next: number });

/** The p-value below which a finding passes the bound that holds at any time. */
function levelOf({ estimate }: Finding, { p }: SignificanceLevel): number {
  if (p !== "always-valid") return p;
  const { changeScale, variance, p75 } = estimate;
  // The bound is tuned to changes on the logarithm; others are taken relative to the p75, if there is one.
  const relative = changeScale === "log" ? variance : variance / p75.baseline ** 2;
  return twoSidedP(alwaysValidZ(Number.isFinite(relative) ? relative : 1, NOMINAL), NORMAL);
}

/** Degrees of freedom of the normal distribution, as good as. */
const NORMAL = 1e6;

/** Decides what a finding is worth. */
export function decideVerdict(finding: Finding, bound: SignificanceLevel): Change {
  const { metric, estimate, kind } = finding;
  const { n } = estimate;
  const base = {
    n,
    method: kind,
    early: bound.early,
    leaning: null,
    settledBy: null,
    look: bound.look ?? null,
  } as const;
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
    settledBy: verdict === "inconclusive" ? settlement(finding, reason, numbers, bound) : null,
  };
}

type Numbers = Pick<Change, "p75" | "percent" | "absolute" | "interval" | "goodShare" | "raw" | "mix">;

const percentOf = (log: number): number => Math.expm1(log) * 100;

function numbersOf(finding: Finding): Numbers {
  const { estimate, mix, metric } = finding;
  const { changeScale, p75, difference } = estimate;
  const good = goodShares(finding);
  const change = adjusted(finding);
  const log = changeScale === "log";
  const current = log ? p75.baseline * Math.exp(change) : p75.baseline + change;
  const absolute = current - p75.baseline;
  const rawAbsolute = p75.current - p75.baseline;
  const error = standardError(finding);
  const critical = nominalT(Math.max(1, estimate.degrees));
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

function decide(metric: Metric, finding: Finding, numbers: Numbers, bound: SignificanceLevel): Decision {
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
  if (p > levelOf(finding, bound)) {
    const leaning = signs.direction > 0 ? "worse" : "better";
    return { verdict: "inconclusive", reason: reasonOfBound(bound), leaning };
  }
  return { verdict: signs.direction > 0 ? "regression" : "improvement", reason: null, leaning: null };
}

/** Why a change that passes the nominal bound is not called. */
function reasonOfBound({ many, early, look }: SignificanceLevel): ChangeReason {
  if (many) return "one-of-many";
  if (early) return "early";
  return look?.kind === "replacement" ? "last-look" : "between-looks";
}

/** Whether a change is as large as the least one that matters, whatever rounding made of it on the way. */
const reaches = (change: number, least: number): boolean => Math.abs(change) >= least * (1 - 1e-9);

/** Whether a change of the p75 is large enough to be called, once it is certain. */
const p75Matters = (metric: Metric, { percent, absolute }: Numbers): boolean =>
  reaches(absolute ?? 0, MIN_ABSOLUTE_CHANGE[metric]) &&
  (percent === null || reaches(percent, MIN_RELATIVE_CHANGE * 100));

type Direction = { direction: -1 | 0 | 1; p: number; significant: boolean; contradictory: boolean };

/**
 * Which way the finding points: 1 is worse, -1 better, and 0 that nothing is both significant and large enough to
 * matter. `p` is the smallest p-value of what does.
 */
function signsOf(finding: Finding, numbers: Numbers, level: number): Direction {
  const { absolute, goodShare } = numbers;
  const { metric } = finding;
  const { p75, good } = pValues(finding);
  const change = absolute ?? 0;
  const share = -(goodShare?.points ?? 0) / 100;
  const tests = [{ p: p75, by: change, matters: p75Matters(metric, numbers) }];
  if (isJudgedByGoodShare(metric)) {
    tests.push({ p: good, by: share, matters: reaches(share, MIN_SHARE_CHANGE) });
  }
  const significant = tests.filter(({ p }) => p <= level);
  const meaningful = significant.filter((test) => test.matters);
  const contradictory =
    meaningful.length > 0 && significant.some(({ by }) => by > 0 !== (meaningful[0]?.by ?? 0) > 0);
  const [first] = meaningful;
  return {
    direction: first === undefined ? 0 : first.by > 0 ? 1 : -1,
    p: Math.min(1, ...meaningful.map(({ p }) => p)),
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

/** Reasons that say themselves what is missing, or for which nothing is. */
const SAYS_ITSELF: readonly ChangeReason[] = ["library-changed", "contradictory", "too-small-to-matter"];

/** What would settle an open change. */
function settlement(
  finding: Finding,
  reason: ChangeReason | null,
  numbers: Numbers,
  bound: SignificanceLevel,
) {
  if (reason !== null && SAYS_ITSELF.includes(reason)) return null;
  const { estimate, metric, kind, isOngoing, missingHours, timeTo } = finding;
  const { shrinking, variance, degrees, n, changeScale } = estimate;
  if (degrees < 1) return null;
  const change = Math.abs(adjusted(finding));
  const within =
    changeScale === "log"
      ? Math.log1p(UNCHANGED_WITHIN)
      : UNCHANGED_WITHIN_LEAST_CHANGES * MIN_ABSOLUTE_CHANGE[metric];
  const tests: OpenTest[] = [
    { change, variance, matters: p75Matters(metric, numbers), narrow: within - change },
  ];
  if (isJudgedByGoodShare(metric)) {
    const { difference, variance: ofGood } = goodDifference(finding);
    const share = Math.abs(difference);
    const matters = reaches(share, MIN_SHARE_CHANGE);
    tests.push({ change: share, variance: ofGood, matters, narrow: MIN_SHARE_CHANGE - share });
  }
  // Between looks the next one is what a change must pass.
  const called = bound.many ? bound.next : bound.p === "always-valid" ? DECLARED : bound.p;
  const p = Math.min(called, NOMINAL) / testsOf(metric);
  return settlementOf({
    ...{ tests, missingHours, isOngoing, timeTo, samples: n.current },
    t: { called: criticalT(p, degrees), nominal: nominalT(degrees) },
    canBeCalled: kind !== "lifetime",
    shrinking: variance > 0 ? shrinking / variance : 0,
  });
}
