import { DEVICES } from "../vitals/devices";
import { NAVIGATION_CLASSES } from "../vitals/navigation";
import type { CockpitQuery } from "./cockpit-query";
import type { RouteSplits } from "./route-splits-result";
import type { UnitReader } from "./unit-reader.server";
import { queryRoutes } from "./vitals.server";
import { emptySketches, type MetricSketches } from "./vitals-result";
import type { Reach } from "./window";

/** Splits what the query shows of a route, from the summaries. */
export async function queryRouteSplits(
  read: UnitReader,
  query: CockpitQuery,
  route: string,
  reach: Reach,
  now: number,
): Promise<RouteSplits> {
  const split = async <Key extends string>(
    keys: readonly Key[],
    changesOf: (key: Key) => Partial<CockpitQuery>,
  ): Promise<Record<Key, MetricSketches>> => {
    const parts: Array<[Key, MetricSketches]> = [];
    for (const key of keys) {
      const [found] = await queryRoutes(read, { ...query, route, ...changesOf(key) }, reach, now);
      parts.push([key, found?.metrics ?? emptySketches()]);
    }
    return Object.fromEntries(parts) as Record<Key, MetricSketches>;
  };
  return {
    devices: await split(DEVICES, (device) => ({ device })),
    navigations: await split(NAVIGATION_CLASSES, (navigation) => ({ navigation })),
  };
}
