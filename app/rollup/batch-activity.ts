import type { ReleaseActivity, ReleaseTraffic } from "../storage/releases.server";
import { libraryMajor, OTHER } from "../vitals/measurement";
import { FIVE_MINUTES, HOUR } from "../vitals/time";
import type { PendingGroup } from "./pending-groups";

/** Activity of routes and releases in a batch; only first reports count. */
export type BatchActivity = {
  releases: ReleaseActivity[];
  traffic: ReleaseTraffic[];
  routes: Array<{ route: string; firstAt: number; lastAt: number; samples: number }>;
};

const SLOTS_PER_HOUR = HOUR / FIVE_MINUTES;

/** A record without a prototype: senders choose its keys, and "constructor" is a valid one. */
const noCounts = (): Record<string, number> => Object.create(null);

export function collectActivity(groups: readonly PendingGroup[]): BatchActivity {
  const releases = new Map<string, ReleaseActivity>();
  const traffic = new Map<string, ReleaseTraffic>();
  const routes = new Map<string, BatchActivity["routes"][number]>();
  for (const { kind, slot, firstAt, lastAt, added, removed } of groups) {
    const { metric, route, device, buildVersion, library } = kind;
    const samples = added.length - removed.length;
    if (samples === 0) continue;

    const release = releases.get(buildVersion) ?? { buildVersion, firstAt, lastAt, libraries: noCounts() };
    releases.set(buildVersion, release);
    release.firstAt = Math.min(release.firstAt, firstAt);
    release.lastAt = Math.max(release.lastAt, lastAt);
    const major = libraryMajor(library) ?? "unknown";
    release.libraries[major] = (release.libraries[major] ?? 0) + samples;

    if (route !== OTHER) {
      const activity = routes.get(route) ?? { route, firstAt, lastAt, samples: 0 };
      routes.set(route, activity);
      activity.firstAt = Math.min(activity.firstAt, firstAt);
      activity.lastAt = Math.max(activity.lastAt, lastAt);
      activity.samples += samples;
    }

    if (device === "bot") continue;
    const hour = Math.floor(slot / SLOTS_PER_HOUR);
    const name = `${hour} ${metric} ${buildVersion}`;
    const hours = traffic.get(name) ?? { hour, buildVersion, metric, samples: 0 };
    traffic.set(name, hours);
    hours.samples += samples;
  }
  return { releases: [...releases.values()], traffic: [...traffic.values()], routes: [...routes.values()] };
}
