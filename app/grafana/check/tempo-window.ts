import { DAY, HOUR, MINUTE, SECOND, WEEK } from "../../vitals/time";
import type { GrafanaRange } from "../grafana-view";

/** Seconds since the epoch, as Tempo's HTTP API expects them. */
export type TempoWindow = { start: number; end: number };

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: WEEK };

/**
 * The window that Grafana sends to Tempo for a range.
 * @param now ms since the epoch
 * @throws Error for a time that no link of the cockpit has
 */
export const tempoWindow = ({ from, to }: GrafanaRange, now: number): TempoWindow => ({
  start: Math.floor(instantOf(from, now) / SECOND),
  end: Math.ceil(instantOf(to, now) / SECOND),
});

function instantOf(text: string, now: number): number {
  const relative = /^now(?:-(\d+)([smhdw]))?$/.exec(text);
  if (relative !== null) {
    const [, count = "0", unit = "s"] = relative;
    return now - Number(count) * (UNITS[unit] ?? 0);
  }
  const time = /^\d{13}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${text} is no time of a link.`);
  return time;
}
