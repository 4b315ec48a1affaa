import { env } from "../platform/env.server";
import type { Retention } from "../storage/summary-sets";
import { DAY } from "../vitals/time";

/** Retention of the five-minute summaries, in ms. */
const FIVE_MINUTES_RETENTION = 2 * DAY;

/** The configured retention of measurements (`raw`) and of each grain of summaries, in ms. */
export function retention(): Retention & { raw: number } {
  const { RAW_RETENTION_DAYS, HOURLY_RETENTION_DAYS, DAILY_RETENTION_DAYS } = env();
  return {
    raw: RAW_RETENTION_DAYS * DAY,
    fiveMinutes: FIVE_MINUTES_RETENTION,
    hourly: HOURLY_RETENTION_DAYS * DAY,
    // Whole days are read from daily summaries, also where there are hourly ones.
    daily: Math.max(DAILY_RETENTION_DAYS, HOURLY_RETENTION_DAYS) * DAY,
  };
}
