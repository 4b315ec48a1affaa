import { type Sql, sql } from "../sql";
import { texts } from "./texts";

export const sqliteCardinality = {
  /** Inserts those that are new, up to `limit` routes; vouched ones up to `limit` vouched ones. */
  admitRoutes: (routes: readonly string[], limit: number, at: number, vouchedAt: number | null): Sql =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples, vouched_at)
      SELECT value, ${at}, ${at}, 0, ${vouchedAt} FROM (${texts(routes)})
      WHERE value NOT IN (SELECT route FROM routes)
      LIMIT max(0, ${limit} - (SELECT count(*) FROM routes WHERE ${counted(vouchedAt)}))
      ON CONFLICT (route) DO NOTHING`,

  selectAdmittedRoutes: (routes: readonly string[]): Sql =>
    sql`SELECT route FROM routes WHERE route IN (${texts(routes)})`,

  /** Inserts those that are new, up to `limit` builds since `dayStart`; vouched ones up to `limit` vouched ones. */
  admitBuilds: (
    builds: readonly string[],
    limit: number,
    dayStart: number,
    at: number,
    vouchedAt: number | null,
  ): Sql =>
    sql`INSERT INTO releases (build_version, admitted_at, vouched_at)
      SELECT value, ${at}, ${vouchedAt} FROM (${texts(builds)})
      WHERE value NOT IN (SELECT build_version FROM releases)
      LIMIT max(0, ${limit} - (
        SELECT count(*) FROM releases
        WHERE admitted_at >= ${dayStart} AND announced_at IS NULL AND ${counted(vouchedAt)}))
      ON CONFLICT (build_version) DO NOTHING`,

  selectAdmittedBuilds: (builds: readonly string[]): Sql =>
    sql`SELECT build_version FROM releases WHERE build_version IN (${texts(builds)})`,

  vouchForRoutes: (routes: readonly string[], at: number): Sql =>
    sql`UPDATE routes SET vouched_at = ${at} WHERE vouched_at IS NULL AND route IN (${texts(routes)})`,

  vouchForBuilds: (builds: readonly string[], at: number): Sql =>
    sql`UPDATE releases SET vouched_at = ${at} WHERE vouched_at IS NULL AND build_version IN (${texts(builds)})`,

  /** Route, first and last time (ms), and samples. New routes are imported ones, which need no senders. */
  recordRouteActivity: (activity: ReadonlyArray<readonly [string, number, number, number]>): Sql =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples, vouched_at)
      SELECT value->>0, value->>1, value->>2, value->>3, 0 FROM jsonb_each(${JSON.stringify(activity)})
      WHERE true
      ON CONFLICT (route) DO UPDATE SET
        first_seen_at = min(first_seen_at, excluded.first_seen_at),
        last_seen_at = max(last_seen_at, excluded.last_seen_at),
        samples = samples + excluded.samples`,
};

/** What counts towards the limit of a new name: everything, or what is vouched for. */
const counted = (vouchedAt: number | null): Sql =>
  vouchedAt === null ? sql`true` : sql`vouched_at IS NOT NULL`;
