import { MIN_EARLIER_DAYS } from "../../vitals/comparison";
import type { Metric } from "../../vitals/metrics";
import type { Place } from "../sketch/interpolation";
import type { CellTable } from "./cell-table";
import type { SideWeights } from "./concurrent";
import type { Estimate } from "./estimate";
import { jackknife, withoutEach } from "./jackknife";
import {
  BASELINE,
  belowByUnit,
  binomialVariance,
  CURRENT,
  EARLIER_AFTER,
  EARLIER_BEFORE,
  hasSameCounts,
  JUDGED,
  joinSides,
  type Measure,
  measured,
  measureOf,
  ownSlope,
  poolWhole,
  type Scratch,
  type Side,
  samplesByUnit,
  slopeOf,
} from "./pools";

/** A day with fewer samples tells nothing of how days differ. */
const MIN_SAMPLES_OF_DAY = 30;

/** Few days may lie close together by chance: their spread is never taken for smaller than this part of what sampling alone has. */
const LEAST_PART_OF_SAMPLING = 0.5;

/** Degrees of freedom of the spread of days; none where they are too few to know it. */
const degreesOf = (days: number): number => (days < MIN_EARLIER_DAYS ? 0 : days - 1);

/** Clock hours in a day. */
export const CLOCK_HOURS = 24;

/** How the table of a day-shifted comparison is laid out. */
export type DayShiftedLayout = {
  /** Earlier days of the baseline. */
  days: number;
  /** Units of each: 24, by clock hour, where the hours are kept apart, else 1. The current release's are clock hours, or days. */
  unitsOfDay: number;
  /** Whole days that the current release's times make up, at least 1. */
  currentDays: number;
};

/**
 * Weights by which the current release's clock hours count as those of the baseline do, so that a day that is not
 * over yet is compared with the same hours of other days. An hour without samples on a side is left out of both.
 * @param current samples by clock hour
 * @param baseline samples by clock hour, of all earlier days together
 */
export function clockWeights({ current, baseline }: SideWeights): SideWeights {
  const weights = current.map((samples, clock) =>
    samples === 0 ? 0 : (baseline[clock] as number) / samples,
  );
  return { current: weights, baseline: weights.map((weight) => (weight === 0 ? 0 : 1)) };
}

/**
 * The current release against the same clock hours of the baseline's earlier days: the change of the pooled p75. How
 * much such a day differs from others by itself is read off the days; the release's own is one more of them, so its
 * interval is a prediction interval (t with days - 1 degrees of freedom; Hahn and Meeker, "Statistical Intervals",
 * section 4.8), and where it has fewer samples than they, their sampling variance is put on top.
 * @param weights of a sample in each unit of the table
 * @param current its side of the table, pooled by them
 */
export function compareDayShifted(
  table: CellTable,
  metric: Metric,
  layout: DayShiftedLayout,
  weights: SideWeights,
  current: Side,
  scratch: Scratch,
): Estimate {
  const all = eachDay(layout).map((units) =>
    poolWhole(table, metric, BASELINE, weights.baseline, scratch, units),
  );
  const baseline = joinSides(all, metric, table.scale, scratch);
  const measure = measureOf(metric, current.p75, baseline.p75);
  const days = all.filter(({ n }) => n >= MIN_SAMPLES_OF_DAY);
  const ownVariance = Math.max(
    binomialVariance(JUDGED, current.worth),
    varianceOfOwnHours(table, layout, weights, current.place),
  );
  const slopes = {
    current: slopeOf(current, table.scale, measure, ownVariance),
    baseline: ownSlope(baseline, table.scale, measure),
  };
  // What one sample is worth in the days is what it is worth in the current release, whose hours are known.
  const ofOneSample = ownVariance * current.worth;
  const sampling = {
    current: slopes.current ** 2 * ownVariance,
    baseline: slopes.baseline ** 2 * binomialVariance(JUDGED, baseline.worth),
    day: mean(days.map(({ worth }) => slopes.baseline ** 2 * (ofOneSample / worth))),
  };
  const spread = varianceOf(days.map(({ p75 }) => measuredOr(measure, p75)));
  // A canary's few samples spread farther than a day's; that is on top, and no sampling variance can be escaped.
  const beyond = Math.max(0, sampling.current - sampling.day / layout.currentDays);
  const own = Math.max(spread / layout.currentDays + beyond, LEAST_PART_OF_SAMPLING * sampling.current);
  const samples = days.reduce((sum, { n }) => sum + n, 0);
  const earlier = Math.max(
    spread * days.reduce((sum, { n }) => sum + (n / samples) ** 2, 0),
    sampling.baseline,
  );
  const shares = varianceOf(days.map(({ good }) => good));
  const difference = measured(measure, current.p75) - measured(measure, baseline.p75);
  return {
    measure,
    n: { current: current.n, baseline: baseline.n },
    p75: { current: current.p75, baseline: baseline.p75 },
    difference,
    variance: own + earlier,
    shrinking: own,
    degrees: degreesOf(days.length),
    good: {
      current: shareOf(current, shares / layout.currentDays),
      baseline: shareOf(baseline, shares / Math.max(1, days.length)),
    },
    identical: difference === 0 && spread === 0 && hasSameCounts(current, baseline),
  };
}

/** The units of each day. */
const eachDay = ({ days, unitsOfDay }: DayShiftedLayout): Array<{ from: number; to: number }> =>
  Array.from({ length: days }, (_, day) => ({ from: day * unitsOfDay, to: (day + 1) * unitsOfDay }));

/**
 * The variance of the current release's share below a place, from how its hours differ (the jackknife): visitors
 * who give several views make it larger than that of independent samples. Where the clock hours of the baseline are
 * kept apart, what usually differs between them is taken out.
 */
function varianceOfOwnHours(
  table: CellTable,
  { days, unitsOfDay }: DayShiftedLayout,
  weights: SideWeights,
  place: Place,
): number {
  const units = weights.current.length;
  const masses = samplesByUnit(table, CURRENT, units).map((n, unit) => n * (weights.current[unit] as number));
  const below = belowByUnit(table, CURRENT, place, units);
  const usual = unitsOfDay === units ? usualShares(table, place, days, units) : new Float64Array(units);
  const beyond = below.map(
    (samples, unit) =>
      samples * (weights.current[unit] as number) - (masses[unit] as number) * (usual[unit] as number),
  );
  const mass = masses.reduce((a, b) => a + b, 0);
  const centre = mass === 0 ? 0 : beyond.reduce((a, b) => a + b, 0) / mass;
  return jackknife(masses, withoutEach(masses, beyond, centre));
}

/** The baseline's share below a place in each clock hour, over all earlier days. */
function usualShares(table: CellTable, place: Place, days: number, clocks: number): Float64Array {
  const all = new Float64Array(clocks);
  const below = new Float64Array(clocks);
  const belowByHour = belowByUnit(table, BASELINE, place, days * clocks);
  samplesByUnit(table, BASELINE, days * clocks).forEach((samples, unit) => {
    const clock = unit % clocks;
    all[clock] = (all[clock] as number) + samples;
    below[clock] = (below[clock] as number) + (belowByHour[unit] as number);
  });
  return below.map((samples, clock) => (all[clock] === 0 ? 0 : samples / (all[clock] as number)));
}

/**
 * For who deploys several times a day: the hours since the switch against those just before it, less what usually
 * changes between the same clock hours. That, and how much it differs from day to day, is read off earlier days,
 * whichever releases were live on them: a day's own level is in both of its halves and cancels. The interval is a
 * prediction interval, as above.
 * @param days units of the earlier days; the two sides of now have one unit each
 */
export function compareBeforeAfter(
  table: CellTable,
  metric: Metric,
  days: number,
  { current, baseline }: { current: Side; baseline: Side },
  scratch: Scratch,
): Estimate {
  const alike = new Float64Array(days).fill(1);
  const pairs = Array.from({ length: days }, (_, day) => {
    const half = (side: number): Side =>
      poolWhole(table, metric, side, alike, scratch, { from: day, to: day + 1 });
    return { after: half(EARLIER_AFTER), before: half(EARLIER_BEFORE) };
  }).filter(({ after, before }) => after.n >= MIN_SAMPLES_OF_DAY && before.n >= MIN_SAMPLES_OF_DAY);
  const everything = pairs.flatMap(({ after, before }) => [after.p75, before.p75]);
  const measure = measureOf(metric, current.p75, baseline.p75, ...everything);
  const slopes = {
    current: ownSlope(current, table.scale, measure),
    baseline: ownSlope(baseline, table.scale, measure),
  };
  const samplingOf = (side: Side, slope: number): number => slope ** 2 * binomialVariance(JUDGED, side.worth);
  const change = (after: number, before: number): number =>
    measured(measure, after) - measured(measure, before);
  const usual = pairs.map(({ after, before }) => change(after.p75, before.p75));
  const now = samplingOf(current, slopes.current) + samplingOf(baseline, slopes.baseline);
  // Earlier days are as steep as today, but for what would take longer to find out than it changes.
  const earlier = mean(
    pairs.map(({ after, before }) => samplingOf(after, slopes.current) + samplingOf(before, slopes.baseline)),
  );
  const spread = varianceOf(usual);
  const own = Math.max(spread, Math.max(0, spread - earlier) + now);
  const usually = mean(usual);
  const goodChanges = pairs.map(({ after, before }) => after.good - before.good);
  const usualGood = mean(goodChanges);
  const shares = varianceOf(goodChanges) * (1 + 1 / Math.max(1, pairs.length));
  return {
    measure,
    n: { current: current.n, baseline: baseline.n },
    // What the baseline's hours would have become by themselves.
    p75: {
      current: current.p75,
      baseline: measure === "log" ? baseline.p75 * Math.exp(usually) : baseline.p75 + usually,
    },
    difference: change(current.p75, baseline.p75) - usually,
    variance: own + spread / Math.max(1, pairs.length),
    shrinking: own,
    degrees: degreesOf(pairs.length),
    good: {
      current: shareOf(current, shares / 2),
      baseline: shareOf({ ...baseline, good: within01(baseline.good + usualGood) }, shares / 2),
    },
    identical: usually === 0 && spread === 0 && hasSameCounts(current, baseline),
  };
}

const within01 = (share: number): number => Math.min(1, Math.max(0, share));

/** A share with as many independent samples as would spread as far as days do. */
function shareOf({ good, worth }: Side, variance: number): Estimate["good"]["current"] {
  const independent = binomialVariance(good, worth);
  const inflation = independent > 0 ? Math.max(1, variance / independent) : 1;
  return { share: good, samples: worth / inflation };
}

/** A p75 of 0 among days whose pooled one is not has no logarithm; it is as far away as can be told. */
const measuredOr = (measure: Measure, value: number): number =>
  measured(measure, measure === "log" && value === 0 ? Number.MIN_VALUE : value);

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

/** The sample variance; 0 for fewer than two values. */
function varianceOf(values: readonly number[]): number {
  const [first] = values;
  if (first === undefined || values.length < 2) return 0;
  // From one of them on, so that equal values have exactly no variance.
  const from = values.map((value) => value - first);
  const centre = mean(from);
  return from.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
