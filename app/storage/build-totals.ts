import { type Sql, sql } from "./sql";
import { FINER } from "./summary-sets";

const SLOTS = FINER.hourly.periods;
const HOURS = FINER.daily.periods;

/** The closed days among the daily totals of all routes. */
export const closedDays = (columns: Sql, condition: Sql): Sql => sql`
  SELECT ${columns} FROM web_vitals_daily_totals AS totals
  WHERE ${condition}
    AND NOT EXISTS (SELECT 1 FROM open_periods WHERE grain = 'daily' AND unit = totals.day)`;

/** The hours and five minutes that open days consist of, as totals over all routes. */
const openDays = (columns: Sql, condition: Sql): Sql => sql`
  SELECT ${columns} FROM open_periods AS open_day
  JOIN web_vitals_hourly_totals AS totals
    ON totals.hour >= open_day.unit * ${HOURS} AND totals.hour < (open_day.unit + 1) * ${HOURS}
  WHERE open_day.grain = 'daily' AND ${condition}
    AND NOT EXISTS (SELECT 1 FROM open_periods WHERE grain = 'hourly' AND unit = totals.hour)
  UNION ALL
  SELECT ${columns} FROM open_periods AS open_day
  JOIN open_periods AS open_hour ON open_hour.grain = 'hourly'
    AND open_hour.unit >= open_day.unit * ${HOURS} AND open_hour.unit < (open_day.unit + 1) * ${HOURS}
  JOIN web_vitals_five_minutes_totals AS totals
    ON totals.slot >= open_hour.unit * ${SLOTS} AND totals.slot < (open_hour.unit + 1) * ${SLOTS}
  WHERE open_day.grain = 'daily' AND ${condition}`;

/**
 * Totals over all routes of all retained days, each sample once.
 * @param columns of a table of totals, named `totals`
 * @param condition on such columns
 */
export const allDays = (columns: Sql, condition: Sql): Sql =>
  sql`${closedDays(columns, condition)} UNION ALL ${openDays(columns, condition)}`;
