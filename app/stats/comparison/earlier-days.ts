import type { Metric } from "../../vitals/metrics";
import type { CellTable } from "../cell-table";
import type { Place } from "../continuous";
import { BASELINE, CURRENT } from "./concurrent";
import {
  belowByUnit,
  binomialVariance,
  type Estimate,
  JUDGED,
  type Measure,
  measured,
  measureOf,
  poolSide,
  type Scratch,
  type Side,
  samplesByUnit,
  slopeOf,
} from "./estimate";
import { jackknife, withoutEach } from "./jackknife";

/** The same clock hours as the current release's, and as the baseline's, on an earlier day (a unit each). */
export const EARLIER_AFTER = 2;
export const EARLIER_BEFORE = 3;

/** A day with fewer samples tells nothing of how days differ. */
const MIN_SAMPLES_OF_DAY = 30;

/** Clock hours in a day: a day's units where hours are kept apart. */
export const CLOCK_HOURS = 24;

/**
 * An hour in which the current release has less than this part of its usual share of the baseline's samples is left
 * out: its few samples would count as much as all those of the baseline.
 */
const LEAST_PART_OF_HOUR = 0.25;

/** How the table of a day-shifted comparison is laid out. */
export type DayShiftedLayout = {
  /** Earlier days of the baseline: unit `day` is one of them, or, by clock, `24 · day + clock hour`. */
  days: number;
  /** Whether the baseline's clock hours are kept apart. The current release's units are clock hours in any case. */
  byClock: boolean;
  /** Whole days that the current release's times make up, at least 1. */
  currentDays: number;
};

/** Weights of one sample in each unit of the two sides. */
export type DayShiftedWeights = { current: Float64Array; baseline: Float64Array };

/**
 * The current release's hours count as those of the baseline do, so that a day that is not over yet, or an hour in
 * which few had the new release, is compared with the same hours.
 */
export function dayShiftedWeights(table: CellTable, { days, byClock }: DayShiftedLayout): DayShiftedWeights {
  const units = byClock ? days * CLOCK_HOURS : days;
  const baseline = new Float64Array(units).fill(1);
  if (!byClock) return { current: new Float64Array(CLOCK_HOURS).fill(1), baseline };
  const own = samplesByUnit(table, CURRENT, CLOCK_HOURS);
  const earlier = new Float64Array(CLOCK_HOURS);
  samplesByUnit(table, BASELINE, units).forEach((samples, unit) => {
    const clock = unit % CLOCK_HOURS;
    earlier[clock] = (earlier[clock] as number) + samples;
  });
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  const usual = sum(own) / sum(earlier);
  const current = own.map((samples, clock) => {
    const ratio = samples / (earlier[clock] as number);
    return ratio >= LEAST_PART_OF_HOUR * usual && Number.isFinite(ratio) ? 1 / ratio : 0;
  });
  for (let unit = 0; unit < units; unit += 1) {
    if (current[unit % CLOCK_HOURS] === 0) baseline[unit] = 0;
  }
  return { current, baseline };
}

/**
 * The current release against the same clock hours of the baseline's earlier days: the change of the pooled p75. How
 * much such a day differs from others by itself is read off the days; the release's own is one more of them, so its
 * interval is a prediction interval (t with days - 1 degrees of freedom; Hahn and Meeker, "Statistical Intervals",
 * section 4.8), and where it has fewer samples than they, their sampling variance is put on top.
 */
export function compareDayShifted(
  table: CellTable,
  metric: Metric,
  layout: DayShiftedLayout,
  scratch: Scratch,
): Estimate {
  const weights = dayShiftedWeights(table, layout);
  const current = poolSide(table, metric, CURRENT, weights.current, scratch);
  const baseline = poolSide(table, metric, BASELINE, weights.baseline, scratch);
  const measure = measureOf(metric, current.p75, baseline.p75);
  const days = eachDay(layout, weights.baseline)
    .map((only) => poolSide(table, metric, BASELINE, only, scratch))
    .filter(({ n }) => n >= MIN_SAMPLES_OF_DAY);
  const slopes = { current: ownSlope(current), baseline: ownSlope(baseline) };
  function ownSlope(side: Side): number {
    return slopeOf(side, table.scale, measure, binomialVariance(JUDGED, side.worth));
  }
  const sampling = {
    current:
      slopes.current ** 2 *
      Math.max(
        binomialVariance(JUDGED, current.worth),
        varianceOfOwnHours(table, layout, weights, current.place),
      ),
    baseline: slopes.baseline ** 2 * binomialVariance(JUDGED, baseline.worth),
    day: mean(days.map(({ worth }) => slopes.baseline ** 2 * binomialVariance(JUDGED, worth))),
  };
  const spread = varianceOf(days.map(({ p75 }) => measuredOr(measure, p75)));
  const ofDays = Math.max(0, spread - sampling.day);
  const own = Math.max(
    spread / layout.currentDays,
    ofDays / layout.currentDays + sampling.current,
    sampling.current,
  );
  const all = days.reduce((sum, { n }) => sum + n, 0);
  const earlier = Math.max(spread * days.reduce((sum, { n }) => sum + (n / all) ** 2, 0), sampling.baseline);
  const difference = measured(measure, current.p75) - measured(measure, baseline.p75);
  const shares = varianceOf(days.map(({ good }) => good));
  return {
    measure,
    n: { current: current.n, baseline: baseline.n },
    p75: { current: current.p75, baseline: baseline.p75 },
    difference,
    variance: own + earlier,
    shrinking: own,
    degrees: days.length - 1,
    good: {
      current: shareOf(current, shares / layout.currentDays),
      baseline: shareOf(baseline, shares / Math.max(1, days.length)),
    },
    identical: false,
  };
}

/**
 * The variance of the current release's share below a place, from how its hours differ (the jackknife): visitors
 * who give several views make it larger than that of independent samples. Where the clock hours are kept apart,
 * what usually differs between them is taken out.
 */
function varianceOfOwnHours(
  table: CellTable,
  { days, byClock, currentDays }: DayShiftedLayout,
  weights: DayShiftedWeights,
  place: Place,
): number {
  const units = weights.current.length;
  const own = samplesByUnit(table, CURRENT, units);
  const masses = own.map((samples, unit) => samples * (weights.current[unit] as number));
  const below = belowByUnit(table, CURRENT, place, units);
  const usual = new Float64Array(units);
  if (byClock && currentDays === 1) {
    const all = new Float64Array(CLOCK_HOURS);
    const earlier = belowByUnit(table, BASELINE, place, days * CLOCK_HOURS);
    samplesByUnit(table, BASELINE, days * CLOCK_HOURS).forEach((samples, unit) => {
      const clock = unit % CLOCK_HOURS;
      all[clock] = (all[clock] as number) + samples;
      usual[clock] = (usual[clock] as number) + (earlier[unit] as number);
    });
    for (let unit = 0; unit < units; unit += 1) {
      usual[unit] = all[unit] === 0 ? 0 : (usual[unit] as number) / (all[unit] as number);
    }
  }
  const beyond = below.map(
    (samples, unit) =>
      samples * (weights.current[unit] as number) - (masses[unit] as number) * (usual[unit] as number),
  );
  const mass = masses.reduce((a, b) => a + b, 0);
  const centre = mass === 0 ? 0 : beyond.reduce((a, b) => a + b, 0) / mass;
  return jackknife(masses, withoutEach(masses, beyond, centre));
}

/** The weights of each day by itself. */
function eachDay({ days, byClock }: DayShiftedLayout, baseline: Float64Array): Float64Array[] {
  const length = byClock ? CLOCK_HOURS : 1;
  return Array.from({ length: days }, (_, day) =>
    baseline.map((weight, unit) => (Math.floor(unit / length) === day ? weight : 0)),
  );
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
  scratch: Scratch,
): Estimate {
  const once = new Float64Array(1).fill(1);
  const current = poolSide(table, metric, CURRENT, once, scratch);
  const baseline = poolSide(table, metric, BASELINE, once, scratch);
  const pairs = Array.from({ length: days }, (_, day) => {
    const only = new Float64Array(days);
    only[day] = 1;
    return {
      after: poolSide(table, metric, EARLIER_AFTER, only, scratch),
      before: poolSide(table, metric, EARLIER_BEFORE, only, scratch),
    };
  }).filter(({ after, before }) => after.n >= MIN_SAMPLES_OF_DAY && before.n >= MIN_SAMPLES_OF_DAY);
  const everything = pairs.flatMap(({ after, before }) => [after.p75, before.p75]);
  const measure = measureOf(metric, current.p75, baseline.p75, ...everything);
  const samplingOf = (side: Side): number => {
    const variance = binomialVariance(JUDGED, side.worth);
    return slopeOf(side, table.scale, measure, variance) ** 2 * variance;
  };
  const change = (after: number, before: number): number =>
    measured(measure, after) - measured(measure, before);
  const usual = pairs.map(({ after, before }) => change(after.p75, before.p75));
  const now = samplingOf(current) + samplingOf(baseline);
  const earlier = mean(pairs.map(({ after, before }) => samplingOf(after) + samplingOf(before)));
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
    degrees: pairs.length - 1,
    good: {
      current: shareOf(current, shares / 2),
      baseline: shareOf({ ...baseline, good: within01(baseline.good + usualGood) }, shares / 2),
    },
    identical: false,
  };
}

const within01 = (share: number): number => Math.min(1, Math.max(0, share));

/** A share with as many independent samples as would spread as far as days do. */
function shareOf({ good, worth }: Side, variance: number): Estimate["good"]["current"] {
  const independent = binomialVariance(good, worth);
  const inflation = independent === 0 ? 1 : Math.max(1, variance / independent);
  return { share: good, samples: worth / inflation };
}

/** A p75 of 0 among days whose pooled one is not has no logarithm; it is as far away as can be told. */
const measuredOr = (measure: Measure, value: number): number =>
  measured(measure, measure === "log" && value === 0 ? Number.MIN_VALUE : value);

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

/** The sample variance; 0 for fewer than two values. */
function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
