import { type Measurement, timeInId } from "./measurement";
import type { Page } from "./urls";

/** So many waiting measurements are sent at once, whether the page is hidden or not; a beacon takes 32. */
export const FULL = 24;

/** Nothing is reported of a page that began longer ago than this (ms). */
export const LONGEST_REPORTING = 24 * 60 * 60 * 1000;

export type Queue = {
  /** Takes a measurement in place of an earlier one of the same id that still waits. */
  add(page: Page, measurement: Measurement): void;
  /** Hands what waits to `send`, page by page, and forgets it. */
  flush(): void;
};

/**
 * The measurements that wait until the page is hidden.
 * @param send is given the measurements of one page
 * @param now gives the time in ms since the epoch
 */
export function createQueue(
  send: (page: Page, measurements: Measurement[]) => void,
  now: () => number,
): Queue {
  let waiting = new Map<string, { page: Page; measurement: Measurement }>();

  const flush = () => {
    const oldest = now() - LONGEST_REPORTING;
    const pages = new Map<string, { page: Page; measurements: Measurement[] }>();
    const taken = waiting;
    waiting = new Map();
    for (const { page, measurement } of taken.values()) {
      if (timeInId(measurement.id) < oldest) continue;
      const key = page.url ?? page.path;
      const group = pages.get(key) ?? { page, measurements: [] };
      group.measurements.push(measurement);
      pages.set(key, group);
    }
    for (const { page, measurements } of pages.values()) send(page, measurements);
  };

  return {
    add(page, measurement) {
      waiting.set(measurement.id, { page, measurement });
      if (waiting.size >= FULL) flush();
    },
    flush,
  };
}
