import { FEWEST_HOURS } from "../../stats/comparison/joint/joint-estimate";
import { CONCURRENT_SHARE, MIN_SAMPLES_FOR_VERDICT } from "../../vitals/comparison";
import type { ReleaseHour } from "../../vitals/release-timeline";
import { DAY, HOUR, HOURS_OF_DAY } from "../../vitals/time";

/** Hours since the epoch, ascending. */
export type Hours = readonly number[];

/** Hours in which a build was a fair part of the traffic. */
export type BuildHours = { buildVersion: string; hours: Hours };

/** Which hours of two releases are compared. */
export type ComparisonPlan =
  | { kind: "concurrent"; current: Hours; baseline: Hours }
  | {
      kind: "model";
      current: Hours;
      /** The baseline's newest hours, a week of them at most. */
      baseline: Hours;
      /** The hour in which the current release appeared. */
      switchHour: number;
      /** All builds of the history: the current one first, then the baseline, then others. */
      history: readonly BuildHours[];
      /** Hours in which both releases were live; single routes are compared over them where they are most of all. */
      concurrent: Hours;
      /** Days (since the epoch) before either, the newest first: how much a route differs from day to day. */
      earlierDays: readonly number[];
    }
  | { kind: "lifetime"; current: Hours; baseline: Hours };

export type PlanInput = {
  /** Page views by hour and build, as far back as the hourly summaries go. */
  hours: readonly ReleaseHour[];
  current: string;
  baseline: string;
  /** The hours of the view, `from` included and `to` not. */
  view: { from: number; to: number };
  /** The hour before which everything compared lies: the view's end, the replacement of the release, or a look at it. */
  end: number;
  /** The first hour of the stretch in which the current release was live; `null` where it never led. */
  since: number | null;
};

/** The history that the model rests on: four weeks, so that every day of the week was there four times. */
export const HISTORY_HOURS = (28 * DAY) / HOUR;

/** No more hours of a release than a week are shown as compared, the newest of them. */
const MOST_HOURS = (7 * DAY) / HOUR;

/** The spread of fewer shared hours is a guess. */
const FEWEST_CONCURRENT_HOURS = 3;

/** Single routes are compared over the concurrent hours when those are this part of the current release's page views. */
const MOSTLY_CONCURRENT = 0.5;
const GOOD_CONCURRENT_HOURS = 6;

/** Earlier days of single routes. */
const MOST_EARLIER_DAYS = 8;

/** Page views of one hour: of both releases, and of everybody. */
type Traffic = { current: number; baseline: number; all: number };

const NO_TRAFFIC: Traffic = { current: 0, baseline: 0, all: 0 };

type At = (hour: number) => Traffic;

/**
 * Chooses the hours to compare: the model over all hours where there is a day of history, else those in which both releases were live, else everything there is. `null` where the current release was
 * not seen in the view, or the baseline nowhere.
 */
export function chooseHours(input: PlanInput): ComparisonPlan | null {
  const { view, end, since } = input;
  const traffic = trafficByHour(input);
  const at: At = (hour) => traffic.get(hour) ?? NO_TRAFFIC;
  const isInView = [...traffic].some(
    ([hour, { current }]) => hour >= view.from && hour < view.to && current > 0,
  );
  const all = [...traffic.keys()].filter((hour) => hour < end).sort((a, b) => a - b);
  const recent = all.filter((hour) => hour >= end - HISTORY_HOURS);
  const current = liveHours(recent, at, since);
  if (!isInView || current.length === 0 || !all.some((hour) => at(hour).baseline > 0)) return null;
  const concurrent = concurrentHours(recent, at, since);
  return (
    modelPlan(input, at, recent, current, concurrent) ??
    (concurrent.length >= FEWEST_CONCURRENT_HOURS
      ? { kind: "concurrent", current: concurrent, baseline: concurrent }
      : {
          kind: "lifetime",
          current: current.slice(-MOST_HOURS),
          baseline: all.filter((hour) => at(hour).baseline > 0),
        })
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

const isFairPart = (part: number, all: number): boolean => part >= CONCURRENT_SHARE * all && part > 0;

/** Hours in which the current release was a fair part of the traffic; of a canary, those in which it was seen. */
function liveHours(hours: Hours, at: At, since: number | null): number[] {
  const own = hours.filter((hour) => since === null || hour >= since);
  const live = own.filter((hour) => isFairPart(at(hour).current, at(hour).all));
  return live.length > 0 ? live : own.filter((hour) => at(hour).current > 0);
}

/** The newest hours in which both releases had a fair part of the traffic; none where they had too few page views. */
function concurrentHours(hours: Hours, at: At, since: number | null): number[] {
  const shared = hours
    .filter((hour) => {
      const { current, baseline, all } = at(hour);
      return (since === null || hour >= since) && isFairPart(current, all) && isFairPart(baseline, all);
    })
    .slice(-MOST_HOURS);
  const sum = (side: "current" | "baseline"): number => shared.reduce((n, hour) => n + at(hour)[side], 0);
  return Math.min(sum("current"), sum("baseline")) < MIN_SAMPLES_FOR_VERDICT ? [] : shared;
}

function modelPlan(
  input: PlanInput,
  at: At,
  recent: Hours,
  current: Hours,
  concurrent: Hours,
): ComparisonPlan | null {
  const switchHour = current[0] as number;
  const baseline = recent.filter(
    (hour) => isFairPart(at(hour).baseline, at(hour).all) && !isSwitch(hour, switchHour, at),
  );
  if (baseline.length === 0 || recent.length < FEWEST_HOURS) return null;
  const newest = (baseline.at(-1) as number) - MOST_HOURS;
  const shown = baseline.filter((hour) => hour > newest);
  const views = (hours: Hours): number => hours.reduce((sum, hour) => sum + at(hour).current, 0);
  const isMostlyConcurrent =
    concurrent.length >= GOOD_CONCURRENT_HOURS && views(concurrent) >= MOSTLY_CONCURRENT * views(current);
  return {
    kind: "model",
    current,
    baseline: shown,
    switchHour,
    history: historyOf(input, recent, current, baseline),
    concurrent: isMostlyConcurrent ? concurrent : [],
    earlierDays: earlierDays(recent, Math.min(switchHour, shown[0] as number)),
  };
}

/** Whether the baseline only has the minutes of an hour before it was replaced at once. */
const isSwitch = (hour: number, switchHour: number, at: At): boolean =>
  hour === switchHour && !isFairPart(at(hour + 1).baseline, at(hour + 1).all);

function historyOf(
  { hours, current, baseline }: PlanInput,
  recent: Hours,
  currentHours: Hours,
  baselineHours: Hours,
): BuildHours[] {
  const wanted = new Set(recent);
  const all = new Map<number, number>();
  for (const { hour, pageViews } of hours) all.set(hour, (all.get(hour) ?? 0) + pageViews);
  const own = new Set(currentHours);
  const others = new Map<string, number[]>();
  for (const { hour, buildVersion, pageViews } of hours) {
    if (!wanted.has(hour) || buildVersion === baseline || !isFairPart(pageViews, all.get(hour) ?? 0))
      continue;
    // An earlier stretch of the same build (before a rollback) is a release of its own.
    if (buildVersion === current && (own.has(hour) || hour >= (currentHours[0] ?? 0))) continue;
    others.set(buildVersion, [...(others.get(buildVersion) ?? []), hour]);
  }
  return [
    { buildVersion: current, hours: currentHours },
    { buildVersion: baseline, hours: baselineHours },
    ...[...others].map(([buildVersion, found]) => ({ buildVersion, hours: found.sort((a, b) => a - b) })),
  ];
}

/** Whole days (UTC) with traffic before an hour, the newest first. */
function earlierDays(recent: Hours, before: number): number[] {
  const days = new Map<number, number>();
  for (const hour of recent) {
    const day = Math.floor(hour / HOURS_OF_DAY);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  const last = Math.floor(before / HOURS_OF_DAY);
  return [...days]
    .filter(([day, hours]) => day < last && hours >= HOURS_OF_DAY / 2)
    .map(([day]) => day)
    .sort((a, b) => b - a)
    .slice(0, MOST_EARLIER_DAYS);
}

/**
 * About how many more hours a comparison over everything there is needs until the model can match time of day; `null` for
 * other plans, and where the baseline is older than the model's history.
 */
export function missingHours(plan: ComparisonPlan): number | null {
  if (plan.kind !== "lifetime") return null;
  const { current, baseline } = plan;
  const from = (current.at(-1) ?? 0) + 1 - HISTORY_HOURS;
  const recent = baseline.filter((hour) => hour >= from);
  const missing = FEWEST_HOURS - new Set([...current, ...recent]).size;
  return recent.length > 0 && missing > 0 ? missing : null;
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
 * Whether the compared hours extend to now, so that more will be added to them: not those of a release that was
 * replaced, or of a view in the past.
 */
export const isOngoing = (current: Hours, now: number): boolean =>
  (current.at(-1) ?? Number.NEGATIVE_INFINITY) >= Math.floor(now / HOUR) - QUIET_HOURS;
