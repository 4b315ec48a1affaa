import type { Measurement } from "./measurement";
import type { Page } from "./urls";
import type { View } from "./views";

/** So many waiting measurements are sent at once, whether the page is hidden or not; a beacon takes 32. */
export const FULL = 24;

/** Nothing is reported of a navigation that began longer ago than this (ms). */
export const LONGEST_REPORTING = 24 * 60 * 60 * 1000;

/** Ids that are remembered as sent before. */
const MOST_SENT = 500;

/** One navigation: the load, a restore or a soft navigation. */
export type Visit = {
  key: string;
  page: Page;
  view: View;
  /** Whether it loaded the document. */
  isLoad: boolean;
  /** In ms of `performance.now()`. */
  startedAt: number;
};

export type Queue = {
  /** Adds a measurement; it replaces an earlier one of the same id that still waits. */
  add(visit: Visit, measurement: Measurement): void;
  /** Passes what waits to `send`, navigation by navigation, and removes it. */
  flush(): void;
};

/**
 * The measurements that wait until the page is hidden.
 * @param send gets the measurements of one navigation, and its age in ms
 * @param now the time in ms of `performance.now()`, which no change of the visitor's clock moves
 */
export function createQueue(
  send: (visit: Visit, measurements: Measurement[], age: number) => void,
  now: () => number,
): Queue {
  let waiting = new Map<string, { visit: Visit; measurement: Measurement }>();
  const sent = new Set<string>();

  const flush = () => {
    const visits = new Map<string, { visit: Visit; measurements: Measurement[] }>();
    const ready = waiting;
    waiting = new Map();
    if (sent.size > MOST_SENT) sent.clear();
    for (const { visit, measurement } of ready.values()) {
      const group = visits.get(visit.key) ?? { visit, measurements: [] };
      group.measurements.push({ ...measurement, repeat: sent.has(measurement.id) || undefined });
      sent.add(measurement.id);
      visits.set(visit.key, group);
    }
    for (const { visit, measurements } of visits.values()) {
      const age = Math.round(now() - visit.startedAt);
      if (age <= LONGEST_REPORTING) send(visit, measurements, age);
    }
  };

  return {
    add(visit, measurement) {
      waiting.set(measurement.id, { visit, measurement });
      if (waiting.size >= FULL) flush();
    },
    flush,
  };
}
