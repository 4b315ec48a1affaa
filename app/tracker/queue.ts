import type { Measurement } from "./measurement";
import type { Page } from "./urls";
import type { View } from "./views";

/** The queue is flushed at this number of measurements; a collector accepts 32 in a beacon. */
export const FLUSH_SIZE = 24;

/** Reports of older navigations are not sent, in ms. */
export const MAX_AGE = 24 * 60 * 60 * 1000;

/** Bound of the set of sent ids. */
const MAX_SENT_IDS = 500;

/** One navigation: the load, a restore or a soft navigation. */
export type Visit = {
  key: string;
  page: Page;
  view: View;
  isLoad: boolean;
  /** In ms of `performance.now()`. */
  startedAt: number;
};

export type Queue = {
  /** Adds a measurement; replaces a queued one of the same id. */
  add(visit: Visit, measurement: Measurement): void;
  /** Sends and removes all measurements, navigation by navigation. */
  flush(): void;
};

/**
 * Creates the queue of measurements until the page is hidden.
 * @param send called for each navigation; `age` in ms
 * @param now `performance.now()`: independent of changes of the visitor's clock
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
    if (sent.size > MAX_SENT_IDS) sent.clear();
    for (const { visit, measurement } of ready.values()) {
      const group = visits.get(visit.key) ?? { visit, measurements: [] };
      group.measurements.push({ ...measurement, repeat: sent.has(measurement.id) || undefined });
      sent.add(measurement.id);
      visits.set(visit.key, group);
    }
    for (const { visit, measurements } of visits.values()) {
      const age = Math.round(now() - visit.startedAt);
      if (age <= MAX_AGE) send(visit, measurements, age);
    }
  };

  return {
    add(visit, measurement) {
      waiting.set(measurement.id, { visit, measurement });
      if (waiting.size >= FLUSH_SIZE) flush();
    },
    flush,
  };
}
