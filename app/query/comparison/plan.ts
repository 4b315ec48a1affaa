import { CONCURRENT_SHARE, MIN_EARLIER_DAYS, MIN_SAMPLES_FOR_VERDICT } from "../../vitals/comparison";
import { MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import type { ReleaseHour } from "../../vitals/release-timeline";
import { HOUR, HOURS_OF_DAY } from "../../vitals/time";

/** Hours since the epoch, ascending. */
export type Hours = readonly number[];

/** Which hours of two releases are compared. */
export type ComparisonPlan =
  | { kind: "concurrent"; current: Hours; baseline: Hours }
  | {
      kind: "day-shifted";
      current: Hours;
      /** The baseline's hours, a list for each earlier day, the newest day first. */
      days: readonly Hours[];
    }
  | {
      kind: "before-after";
      current: Hours;
      baseline: Hours;
      /** How many days back each of the earlier days lies. */
      shifts: readonly number[];
    }
  | { kind: "lifetime"; current: Hours; baseline: Hours };

export type PlanInput = {
  /** Page views by hour and build, as far back as the hourly summaries reach. */
  hours: readonly ReleaseHour[];
  current: string;
  baseline: string;
  /** The hours that are looked at, `from` included and `to` not. */
  view: { from: number; to: number };
  /** The first hour of the stretch of the timeline in which the current release leads; `null` where it never did. */
  since: number | null;
};

/** No more than this is compared, the newest of it: a week has every hour of every day of the week. */
const MOST_HOURS = 168;

/** The spread of fewer shared hours is a guess; other windows are tried first. */
const GOOD_CONCURRENT_HOURS = 6;
const FEWEST_CONCURRENT_HOURS = 3;

/** Earlier days of the baseline: a week of them has every day of the week. */
const MOST_EARLIER_DAYS = 7;

/** Earlier days of the usual change between two times of day, and how far back they are looked for. */
const MOST_USUAL_DAYS = 14;
const LOOK_BACK_DAYS = 21;

/**
 * An hour in which the current release has less than this part of its usual share of the baseline's page views (one
 * that has just begun, or the first of a roll-out) is left out: its few samples would have to count as much as all
 * those of the baseline.
 */
const LEAST_PART_OF_HOUR = 0.25;

/** The longest stretch before and after a switch, in hours. */
const LONGEST_HALF = 24;

/** This part of an earlier day's hours must have traffic for the day to count. */
const PART_OF_DAY = 0.8;

/** A release that has less of an hour's traffic than this did not lead it. */
const LEADING_SHARE = 0.5;

/** Page views of one hour: of both releases, and of everybody. */
type Traffic = { current: number; baseline: number; all: number };

const NO_TRAFFIC: Traffic = { current: 0, baseline: 0, all: 0 };

/**
 * Chooses the fairest hours that there are, as the kinds of windows say; `null` where the current release was not
 * seen in the view, or the baseline nowhere.
 */
export function planComparison(input: PlanInput): ComparisonPlan | null {
  const traffic = trafficByHour(input);
  const at = (hour: number): Traffic => traffic.get(hour) ?? NO_TRAFFIC;
  const all = [...traffic.keys()].sort((a, b) => a - b);
  const inView = all.filter((hour) => hour >= input.view.from && hour < input.view.to);
  const current = liveHours(inView, at, input.since).slice(-MOST_HOURS);
  const [first] = current;
  if (first === undefined || !all.some((hour) => at(hour).baseline > 0)) return null;
  const concurrent = concurrentHours(inView, at);
  if (concurrent.length >= GOOD_CONCURRENT_HOURS) {
    return { kind: "concurrent", current: concurrent, baseline: concurrent };
  }
  const appeared = firstHour(all, at, input.since) ?? first;
  return (
    dayShifted(current, at, appeared) ??
    beforeAfter(
      liveHours(
        all.filter((hour) => hour < input.view.to),
        at,
        input.since,
      ),
      at,
      appeared,
    ) ??
    (concurrent.length >= FEWEST_CONCURRENT_HOURS
      ? { kind: "concurrent", current: concurrent, baseline: concurrent }
      : { kind: "lifetime", current, baseline: all.filter((hour) => at(hour).baseline > 0) })
  );
}

function trafficByHour({ hours, current, baseline }: PlanInput): Map<number, Traffic> {
  const traffic = new Map<number, Traffic>();
  for (const { hour, buildVersion, pageViews } of hours) {
    const entry = traffic.get(hour) ?? { ...NO_TRAFFIC };
    traffic.set(hour, entry);
    entry.all += pageViews;
    if (buildVersion === current) entry.current += pageViews;
    else if (buildVersion === baseline) entry.baseline += pageViews;
  }
  return traffic;
}

type At = (hour: number) => Traffic;

/** Hours in which who had the current release were a fair part of everybody; of a canary, those in which it was seen. */
function liveHours(hours: Hours, at: At, since: number | null): number[] {
  const live = hours.filter((hour) => isLive(at(hour)) && (since === null || hour >= since));
  return live.length > 0 ? live : hours.filter((hour) => at(hour).current > 0);
}

const isLive = ({ current, all }: Traffic): boolean => current >= CONCURRENT_SHARE * all && current > 0;

/** When the current release came, for this stretch of its life. */
function firstHour(all: Hours, at: At, since: number | null): number | null {
  return (
    all.find((hour) => isLive(at(hour)) && (since === null || hour >= since)) ??
    all.find((hour) => at(hour).current > 0) ??
    null
  );
}

/** The newest hours in which both releases had a fair part of the traffic; none, where they had too few page views. */
function concurrentHours(hours: Hours, at: At): number[] {
  const shared = hours
    .filter((hour) => {
      const { current, baseline, all } = at(hour);
      return Math.min(current, baseline) >= CONCURRENT_SHARE * all && Math.min(current, baseline) > 0;
    })
    .slice(-MOST_HOURS);
  const sum = (of: (traffic: Traffic) => number): number => shared.reduce((n, hour) => n + of(at(hour)), 0);
  const fewest = Math.min(
    sum(({ current }) => current),
    sum(({ baseline }) => baseline),
  );
  return fewest < MIN_SAMPLES_FOR_VERDICT ? [] : shared;
}

function dayShifted(current: Hours, at: At, appeared: number): ComparisonPlan | null {
  const found = earlierDays(current, at, appeared);
  if (found.length < MIN_EARLIER_DAYS) return null;
  const views = (hours: Hours, side: "current" | "baseline"): number =>
    hours.reduce((sum, hour) => sum + at(hour)[side], 0);
  const usual = views(current, "current") / views(found.flat(), "baseline");
  const worthwhile = new Set(
    [...clocksOf(current)].filter((clock) => {
      const own = views(ofClock(current, clock), "current");
      return own >= LEAST_PART_OF_HOUR * usual * views(ofClock(found.flat(), clock), "baseline");
    }),
  );
  const kept = current.filter((hour) => worthwhile.has(hour % HOURS_OF_DAY));
  const days = kept.length === current.length ? found : earlierDays(kept, at, appeared);
  return days.length < MIN_EARLIER_DAYS ? null : { kind: "day-shifted", current: kept, days };
}

const clocksOf = (hours: Hours): Set<number> => new Set(hours.map((hour) => hour % HOURS_OF_DAY));
const ofClock = (hours: Hours, clock: number): number[] =>
  hours.filter((hour) => hour % HOURS_OF_DAY === clock);

/** The baseline's days before the release appeared, at the same clock hours, the newest first. */
function earlierDays(current: Hours, at: At, appeared: number): number[][] {
  const clocks = clocksOf(current);
  // Where all of a day's hours are wanted they are those of a day (UTC), which have a summary of their own.
  const end = clocks.size === HOURS_OF_DAY ? appeared - (appeared % HOURS_OF_DAY) : appeared;
  const days: number[][] = [];
  for (let back = 1; back <= LOOK_BACK_DAYS && days.length < MOST_EARLIER_DAYS; back += 1) {
    const start = end - back * HOURS_OF_DAY;
    const hours = Array.from({ length: HOURS_OF_DAY }, (_, i) => start + i).filter((hour) =>
      clocks.has(hour % HOURS_OF_DAY),
    );
    if (hours.length > 0 && isBaselineDay(hours, at)) days.push(hours);
  }
  return days;
}

/** Whether the baseline had a fair part of the traffic in (nearly) all of a day's hours. */
function isBaselineDay(hours: Hours, at: At): boolean {
  const seen = hours.filter((hour) => at(hour).baseline > 0).length;
  const sum = (of: (traffic: Traffic) => number): number => hours.reduce((n, hour) => n + of(at(hour)), 0);
  const baseline = sum((traffic) => traffic.baseline);
  return (
    seen >= PART_OF_DAY * hours.length &&
    baseline >= MIN_SAMPLES_FOR_PERCENTILE &&
    baseline >= CONCURRENT_SHARE * sum(({ all }) => all)
  );
}

function beforeAfter(live: Hours, at: At, appeared: number): ComparisonPlan | null {
  const leads = (hour: number, side: "current" | "baseline"): boolean =>
    at(hour)[side] > LEADING_SHARE * at(hour).all;
  // The hour of the switch belongs to whoever led it.
  const start = leads(appeared, "current") ? appeared : appeared + 1;
  const after: number[] = [];
  const seen = new Set(live);
  for (let hour = start; seen.has(hour) && leads(hour, "current") && after.length < LONGEST_HALF; hour += 1) {
    after.push(hour);
  }
  const before: number[] = [];
  for (let hour = start - 1; leads(hour, "baseline") && before.length < after.length; hour -= 1) {
    before.unshift(hour);
  }
  const length = Math.min(after.length, before.length);
  if (length === 0) return null;
  const current = after.slice(0, length);
  const baseline = before.slice(-length);
  const first = baseline[0] as number;
  const last = current[length - 1] as number;
  const shifts: number[] = [];
  for (let back = 1; back <= LOOK_BACK_DAYS && shifts.length < MOST_USUAL_DAYS; back += 1) {
    // An earlier day is one on which none of today's hours lies.
    if (last - back * HOURS_OF_DAY >= first) continue;
    if (hasTraffic(current, back, at) && hasTraffic(baseline, back, at)) shifts.push(back);
  }
  return shifts.length < MIN_EARLIER_DAYS ? null : { kind: "before-after", current, baseline, shifts };
}

/** Whether (nearly) all of some hours had visitors that many days before, whatever release they had. */
function hasTraffic(hours: Hours, back: number, at: At): boolean {
  const earlier = hours.map((hour) => at(hour - back * HOURS_OF_DAY).all);
  return (
    earlier.filter((n) => n > 0).length >= PART_OF_DAY * hours.length &&
    earlier.reduce((a, b) => a + b, 0) >= MIN_SAMPLES_FOR_PERCENTILE
  );
}

/** Under an hour of a release's life says nothing, however many came. */
export const isTooShort = (current: Hours, appearedAt: number, now: number): boolean => {
  const last = current.at(-1);
  if (last === undefined) return true;
  const end = Math.min(now, (last + 1) * HOUR);
  return end - Math.max(appearedAt, (current[0] as number) * HOUR) < HOUR;
};

/** Hours without a sample that do not mean that no more will come. */
const QUIET_HOURS = 2;

/**
 * Whether the compared hours reach up to now, so that more will be added to them: not those of a release that was
 * replaced, of a view in the past, or of a stretch after a switch that is as long as it gets.
 */
export const goesOn = (current: Hours, now: number): boolean =>
  (current.at(-1) ?? Number.NEGATIVE_INFINITY) >= Math.floor(now / HOUR) - QUIET_HOURS;

/** All hours of a plan's baseline. */
export function baselineHours(plan: ComparisonPlan): Hours {
  return plan.kind === "day-shifted" ? [...plan.days].reverse().flat() : plan.baseline;
}

/** Earlier days whose spread is in the interval; `null` where none is. */
export function earlierDaysOf(plan: ComparisonPlan): number | null {
  if (plan.kind === "day-shifted") return plan.days.length;
  return plan.kind === "before-after" ? plan.shifts.length : null;
}
