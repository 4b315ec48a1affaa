import type { Device } from "../../vitals/devices";
import { DAY, HOUR } from "../../vitals/time";
import { Random } from "./random";

/** Traffic of each hour of the day (UTC), relative to the busiest: an audience around the Atlantic. */
const DAY_RHYTHM = [
  0.38, 0.3, 0.25, 0.22, 0.21, 0.25, 0.34, 0.48, 0.62, 0.72, 0.77, 0.8, 0.82, 0.86, 0.92, 0.97, 1, 0.99, 0.96,
  0.93, 0.86, 0.74, 0.6, 0.48,
];

/** Traffic of each day from Sunday, relative to a Monday. */
const WEEK_RHYTHM = [0.66, 1, 1.04, 1.05, 1.03, 0.94, 0.64];

/** Mobile use of each hour of the day, 0 to 1: higher in the evening and at night than in working hours. */
const MOBILE_RHYTHM = [
  0.9, 0.9, 0.9, 0.85, 0.75, 0.65, 0.6, 0.5, 0.3, 0.1, 0, 0, 0.1, 0.05, 0, 0.05, 0.1, 0.25, 0.45, 0.65, 0.8,
  0.9, 1, 0.95,
];

const hourOfDay = (time: number): number => Math.floor(time / HOUR) % 24;

/** 0 is Sunday: the epoch began on a Thursday. */
const dayOfWeek = (time: number): number => (Math.floor(time / DAY) + 4) % 7;

/** Relative rate of visits at `time` (ms since the epoch), 1 for a busy hour of a Monday. */
export function trafficAt(time: number): number {
  return (DAY_RHYTHM[hourOfDay(time)] as number) * (WEEK_RHYTHM[dayOfWeek(time)] as number);
}

const MEAN_TRAFFIC =
  (DAY_RHYTHM.reduce((a, b) => a + b, 0) / 24) * (WEEK_RHYTHM.reduce((a, b) => a + b, 0) / 7);

/** Bots' share of all visits. Their rate is constant, so their share is higher at night. */
const BOT_SHARE = 0.02;

/** The device of a visit that starts at `time` (ms since the epoch). */
export function deviceAt(time: number, uniform: number): Device {
  const bots = Math.min(0.5, (BOT_SHARE * MEAN_TRAFFIC) / trafficAt(time));
  if (uniform < bots) return "bot";
  const amongPeople = (uniform - bots) / (1 - bots);
  const mobileUse = MOBILE_RHYTHM[hourOfDay(time)] as number;
  const day = dayOfWeek(time);
  const weekend = day === 0 || day === 6;
  const mobile = 0.4 + 0.2 * mobileUse + (weekend ? 0.12 : 0);
  const tablet = 0.04 + 0.03 * mobileUse;
  if (amongPeople < mobile) return "mobile";
  return amongPeople < mobile + tablet ? "tablet" : "desktop";
}

/** Standard deviations by which hours and days differ, on the logarithm of all durations. */
export type SampleNoise = { hour: number; day: number };

export const USUAL_NOISE: SampleNoise = { hour: 0.05, day: 0.03 };

/**
 * Creates a function from a time (ms since the epoch) to the factor of all durations then: log-normal noise by hour and by
 * day, for unmeasured influences such as networks. Constant within an hour.
 */
export function makeNoise(seed: number, { hour: byHour, day }: SampleNoise): (time: number) => number {
  const hours = new Random(seed, "noise by hour");
  const days = new Random(seed, "noise by day");
  let hour = Number.NaN;
  let factor = 1;
  return (time) => {
    const hourOfTime = Math.floor(time / HOUR);
    if (hourOfTime !== hour) {
      hour = hourOfTime;
      factor = Math.exp(byHour * hours.at(hour).normal() + day * days.at(Math.floor(time / DAY)).normal());
    }
    return factor;
  };
}

/**
 * Start times of visits (ms since the epoch): a Poisson process with a constant rate within an hour.
 * @param visits expected number of visits in the whole window
 */
export function* arrivals(random: Random, from: number, to: number, visits: number): Generator<number> {
  let weight = 0;
  for (let start = from; start < to; start = nextHour(start)) {
    weight += trafficAt(start) * (Math.min(nextHour(start), to) - start);
  }
  for (let start = from; start < to; start = nextHour(start)) {
    const end = Math.min(nextHour(start), to);
    const meanGap = weight / (visits * trafficAt(start));
    let time = start + random.exponential(meanGap);
    while (time < end) {
      yield Math.floor(time);
      time += random.exponential(meanGap);
    }
  }
}

const nextHour = (time: number): number => (Math.floor(time / HOUR) + 1) * HOUR;
