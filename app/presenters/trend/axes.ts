import { ceilTo, DAY, HOUR, MINUTE, type TimeWindow } from "../../vitals/time";
import { fromLocal, toLocal } from "../../vitals/time-zone";
import { instantParts } from "../format/format";

const MOST_GRID_LINES = 3;
/** So that they keep apart on a chart of 320 px, too. */
const MOST_TIME_TICKS = 6.5;

const TIME_STEPS = [
  ...[5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 84, 168].map((days) => days * DAY),
];

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

/** Round times in a window, in a zone's own clock: `18:00`, and at midnight `23 Nov`. */
export function timeTicks({ from, to }: TimeWindow, tz: string): Array<{ time: number; text: string }> {
  const step = TIME_STEPS.find((s) => (to - from) / s <= MOST_TIME_TICKS) ?? 365 * DAY;
  const ticks: Array<{ time: number; text: string }> = [];
  const last = toLocal(to, tz);
  for (let local = ceilTo(toLocal(from, tz), step); local <= last; local += step) {
    const time = fromLocal(local, tz);
    if (time < from || time > to) continue;
    const { day, month, clock } = instantParts(time, tz);
    ticks.push({ time, text: clock === "00:00" ? `${day} ${month}` : clock });
  }
  return ticks;
}
