import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import { type NavigationClass, STORED_NAVIGATIONS } from "../vitals/navigation";
import { metric, packed, rowOf, text, unpacked } from "./row-schema";
import { join, sql } from "./sql";
import type { Statements } from "./statements.server";

/** `null` selects all. */
export type ReleaseFilter = { devices: readonly Device[] | null; navigation: NavigationClass | null };

/** The packed sketches of one build and metric, concatenated. */
export type ReleaseSketches = { buildVersion: string; metric: Metric; sketches: Uint8Array };

const sketchesRow = rowOf({ build_version: text, metric, sketches: packed });

/** The totals of builds over all retained days. The cost grows with the days of these builds only. */
export async function selectReleaseSketches(
  on: Statements,
  builds: readonly string[],
  { devices, navigation }: ReleaseFilter,
): Promise<ReleaseSketches[]> {
  const conditions = [
    ...(devices === null ? [] : [sql`device IN (${join([...devices])})`]),
    ...(navigation === null ? [] : [sql`navigation IN (${join([...STORED_NAVIGATIONS[navigation]])})`]),
  ];
  const rows = await on.query(
    "selectReleaseSketches",
    sketchesRow,
    on.engine.releases.selectSketches(builds, conditions),
  );
  return rows.map(({ build_version: buildVersion, metric, sketches }) => ({
    buildVersion,
    metric,
    sketches: unpacked(sketches),
  }));
}
