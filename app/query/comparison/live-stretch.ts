import { CONCURRENT_SHARE } from "../../vitals/comparison";
import type { ReleaseHour } from "../../vitals/release-timeline";

/** When a release was live around the time in which it led; hours since the epoch. */
export type LiveStretch = {
  since: number;
  /** The first hour in which it no longer had a fair part; `null`: it still has. */
  until: number | null;
};

/**
 * The stretch in which a release had a fair part of the traffic. During a gradual roll-out both releases lead in turn, by
 * chance: that is one stretch, which begins and ends where the release becomes and stops being a fair part.
 * @param lead the hours in which it led last: the first one, and the first in which another led (`null`: none yet)
 */
export function liveStretch(
  hours: readonly ReleaseHour[],
  buildVersion: string,
  lead: { from: number; to: number | null },
  end: number,
): LiveStretch {
  const traffic = new Map<number, { own: number; all: number }>();
  for (const entry of hours) {
    const known = traffic.get(entry.hour) ?? { own: 0, all: 0 };
    traffic.set(entry.hour, known);
    known.all += entry.pageViews;
    if (entry.buildVersion === buildVersion) known.own += entry.pageViews;
  }
  const ordered = [...traffic.keys()].filter((hour) => hour < end).sort((a, b) => a - b);
  const isLive = (hour: number): boolean => {
    const { own, all } = traffic.get(hour) ?? { own: 0, all: 0 };
    return own > 0 && own >= CONCURRENT_SHARE * all;
  };
  const before = ordered.filter((hour) => hour < lead.from).reverse();
  const stop = before.findIndex((hour) => !isLive(hour));
  const since = (stop === -1 ? before : before.slice(0, stop)).at(-1) ?? lead.from;
  if (lead.to === null) return { since, until: null };
  const to = lead.to;
  const later = ordered.filter((hour) => hour >= to);
  // Where nothing is known of the hours since, the other release's lead is all there is.
  if (later.length === 0) return { since, until: to };
  return { since, until: later.find((hour) => !isLive(hour)) ?? null };
}
