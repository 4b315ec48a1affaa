import { ceilTo, DAY, HOUR, MINUTE, type TimeWindow } from "../../vitals/time";
import { fromLocal, toLocal } from "../../vitals/time-zone";
import { instantParts } from "../format/format";

const MOST_GRID_LINES = 3;
/** So that they keep apart on a chart of 320 px, too. */
const MOST_TIME_TICKS = 6.5;

const TIME_STEPS = [
  ...[5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 84, 168, 364, 1_092, 3_640, 7_280].map((days) => days * DAY),
];

/** Over more than this, in ms, a day and its month come more than once. */
const LONGEST_WITHOUT_YEARS = 360 * DAY;

/** Round numbers for grid lines over 0, at most three of them, all under `max`. */
export function gridValues(max: number): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(max / MOST_GRID_LINES));
  const step = [1, 2, 2.5, 5, 10, 20]
    .map((n) => n * magnitude)
    .find((s) => Math.ceil(max / s) - 1 <= MOST_GRID_LINES);
  if (step === undefined) return [];
  const lines: number[] = [];
  for (let i = 1; i * step < max * 0.99 && i <= MOST_GRID_LINES; i += 1)
    lines.push(Number((i * step).toPrecision(6)));
  return lines;
}

/**
 * Round times in a window, by the clocks of a zone: `18:00`, for whole days `23 Nov`, over years `Nov 2026`. A time that
 * the clocks skip has no tick; where they skip midnight, or a day, the next time that they show is the date's.
 */
export function timeTicks({ from, to }: TimeWindow, tz: string): Array<{ time: number; text: string }> {
  const step = TIME_STEPS.find((s) => (to - from) / s <= MOST_TIME_TICKS) ?? (to - from) / MOST_TIME_TICKS;
  const ticks: Array<{ time: number; text: string }> = [];
  const last = toLocal(to, tz);
  for (let local = ceilTo(toLocal(from, tz), step); local <= last; local += step) {
    const time = fromLocal(local, tz);
    const isDate = local % DAY === 0;
    if (time < from || time > to || time === ticks.at(-1)?.time) continue;
    if (!isDate && toLocal(time, tz) !== local) continue;
    const { day, month, year, clock } = instantParts(time, tz);
    const date = to - from > LONGEST_WITHOUT_YEARS ? `${month} ${year}` : `${day} ${month}`;
    ticks.push({ time, text: isDate ? date : clock });
  }
  return ticks;
}
