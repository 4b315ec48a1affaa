import { type Sql, sql } from "../sql";
import { texts } from "./texts";

export const sqliteCardinality = {
  /** Inserts those that are new, up to `limit` routes in all. */
  admitRoutes: (routes: readonly string[], limit: number, at: number): Sql =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples)
      SELECT value, ${at}, ${at}, 0 FROM (${texts(routes)})
      WHERE value NOT IN (SELECT route FROM routes)
      LIMIT max(0, ${limit} - (SELECT count(*) FROM routes))
      ON CONFLICT (route) DO NOTHING`,

  selectAdmittedRoutes: (routes: readonly string[]): Sql =>
    sql`SELECT route FROM routes WHERE route IN (${texts(routes)})`,

  /** Inserts those that are new, up to `limit` builds since `dayStart`. */
  admitBuilds: (builds: readonly string[], limit: number, dayStart: number, at: number): Sql =>
    sql`INSERT INTO releases (build_version, admitted_at)
      SELECT value, ${at} FROM (${texts(builds)})
      WHERE value NOT IN (SELECT build_version FROM releases)
      LIMIT max(0, ${limit} - (
        SELECT count(*) FROM releases WHERE admitted_at >= ${dayStart} AND announced_at IS NULL))
      ON CONFLICT (build_version) DO NOTHING`,

  selectAdmittedBuilds: (builds: readonly string[]): Sql =>
    sql`SELECT build_version FROM releases WHERE build_version IN (${texts(builds)})`,

  /** Route, first and last time (ms), and samples. */
  recordRouteActivity: (activity: ReadonlyArray<readonly [string, number, number, number]>): Sql =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples)
      SELECT value->>0, value->>1, value->>2, value->>3 FROM jsonb_each(${JSON.stringify(activity)})
      WHERE true
      ON CONFLICT (route) DO UPDATE SET
        first_seen_at = min(first_seen_at, excluded.first_seen_at),
        last_seen_at = max(last_seen_at, excluded.last_seen_at),
        samples = samples + excluded.samples`,
};
