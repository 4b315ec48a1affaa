import { allDays } from "../build-totals";
import { join, type Sql, sql } from "../sql";
import { texts } from "./texts";

export const sqliteReleases = {
  selectLibraries: (builds: readonly string[]): Sql =>
    sql`SELECT build_version, libraries FROM releases WHERE build_version IN (${texts(builds)})`,

  /** Build version, first and last time (ms), and the new text of `libraries`. */
  recordActivity: (activity: ReadonlyArray<readonly [string, number, number, string]>): Sql =>
    sql`INSERT INTO releases (build_version, first_seen_at, last_seen_at, admitted_at, libraries)
      SELECT value->>0, value->>1, value->>2, 0, value->>3 FROM jsonb_each(${JSON.stringify(activity)})
      WHERE true
      ON CONFLICT (build_version) DO UPDATE SET
        first_seen_at = min(coalesce(first_seen_at, excluded.first_seen_at), excluded.first_seen_at),
        last_seen_at = max(coalesce(last_seen_at, excluded.last_seen_at), excluded.last_seen_at),
        libraries = excluded.libraries`,

  /** Hour, build version, metric and samples. */
  addTraffic: (traffic: ReadonlyArray<readonly [number, string, string, number]>): Sql =>
    sql`INSERT INTO release_traffic (hour, build_version, metric, samples)
      SELECT value->>0, value->>1, value->>2, value->>3 FROM jsonb_each(${JSON.stringify(traffic)})
      WHERE true
      ON CONFLICT (hour, build_version, metric) DO UPDATE SET samples = samples + excluded.samples`,

  /** One text: passing thousands of rows to JavaScript costs more than reading them. */
  selectHours: (from: number): Sql =>
    sql`SELECT json_group_array(json_array(hour, build_version, n)) AS hours FROM (
      SELECT hour, build_version, max(samples) AS n FROM release_traffic
      WHERE hour >= ${from}
      GROUP BY hour, build_version
      ORDER BY hour, build_version)`,

  /**
   * Totals of builds over all days, by build and metric. Sketches are hexadecimal, because Prisma's adapter returns a BLOB only
   * for a plain column.
   * @param conditions further ones, on columns of the totals
   */
  selectSketches: (builds: readonly string[], conditions: readonly Sql[]): Sql =>
    sql`SELECT build_version, metric, group_concat(hex(sketch), '') AS sketches
      FROM (${allDays(
        sql`totals.build_version, totals.metric, totals.sketch`,
        join([sql`build_version IN (${texts(builds)})`, ...conditions], " AND "),
      )}) AS summaries
      GROUP BY build_version, metric`,
};
