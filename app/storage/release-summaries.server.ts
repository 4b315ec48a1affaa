import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import { type NavigationClass, STORED_NAVIGATIONS } from "../vitals/navigation";
import { hexadecimal, metric, rowOf, text } from "./row-schema";
import { join, type Statements, sql } from "./statements.server";

/** `null` selects all. */
export type ReleaseFilter = { devices: readonly Device[] | null; navigation: NavigationClass | null };

/** The packed sketches of one build and metric, concatenated. */
export type ReleaseSketches = { buildVersion: string; metric: Metric; sketches: Uint8Array };

const sketchesRow = rowOf({ build_version: text, metric, sketches: hexadecimal });

/** The daily totals of builds, over the whole retention. The cost grows with the days of these builds only. */
export async function selectReleaseSketches(
  on: Statements,
  builds: readonly string[],
  { devices, navigation }: ReleaseFilter,
): Promise<ReleaseSketches[]> {
  const conditions = [
    sql`build_version IN (SELECT value FROM json_each(${JSON.stringify(builds)}))`,
    ...(devices === null ? [] : [sql`device IN (${join([...devices])})`]),
    ...(navigation === null ? [] : [sql`navigation IN (${join([...STORED_NAVIGATIONS[navigation]])})`]),
  ];
  const rows = await on.query(
    "selectReleaseSketches",
    sketchesRow,
    // Hexadecimal, because Prisma's adapter returns a BLOB only for a plain column.
    sql`SELECT build_version, metric, group_concat(hex(sketch), '') AS sketches
      FROM web_vitals_daily_totals
      WHERE ${join(conditions, " AND ")}
      GROUP BY build_version, metric`,
  );
  return rows.map(({ build_version: buildVersion, metric, sketches }) => ({
    buildVersion,
    metric,
    sketches: Buffer.from(sketches, "hex"),
  }));
}
