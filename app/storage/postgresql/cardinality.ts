import type { Engine } from "../engine";
import { type Sql, sql } from "../sql";
import { texts } from "./texts";

export const postgresqlCardinality: Engine["cardinality"] = {
  admitRoutes: (routes, limit, at, vouchedAt) =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples, vouched_at)
      SELECT value, ${at}::bigint, ${at}::bigint, 0, ${vouchedAt}::bigint
      FROM jsonb_array_elements_text(${JSON.stringify(routes)}::jsonb) AS value
      WHERE value NOT IN (SELECT route FROM routes)
      LIMIT greatest(0, ${limit}::bigint - (SELECT count(*) FROM routes WHERE ${counted(vouchedAt)}))
      ON CONFLICT (route) DO NOTHING`,

  selectAdmittedRoutes: (routes) => sql`SELECT route FROM routes WHERE route IN (${texts(routes)})`,

  admitBuilds: (builds, limit, dayStart, at, vouchedAt) =>
    sql`INSERT INTO releases (build_version, admitted_at, vouched_at)
      SELECT value, ${at}::bigint, ${vouchedAt}::bigint FROM jsonb_array_elements_text(${JSON.stringify(builds)}::jsonb) AS value
      WHERE value NOT IN (SELECT build_version FROM releases)
      LIMIT greatest(0, ${limit}::bigint - (
        SELECT count(*) FROM releases
        WHERE admitted_at >= ${dayStart} AND announced_at IS NULL AND ${counted(vouchedAt)}))
      ON CONFLICT (build_version) DO NOTHING`,

  selectAdmittedBuilds: (builds) =>
    sql`SELECT build_version FROM releases WHERE build_version IN (${texts(builds)})`,

  vouchForRoutes: (routes, at) =>
    sql`UPDATE routes SET vouched_at = ${at} WHERE vouched_at IS NULL AND route IN (${texts(routes)})`,

  vouchForBuilds: (builds, at) =>
    sql`UPDATE releases SET vouched_at = ${at} WHERE vouched_at IS NULL AND build_version IN (${texts(builds)})`,

  recordRouteActivity: (activity) =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples, vouched_at)
      SELECT v->>0, (v->>1)::bigint, (v->>2)::bigint, (v->>3)::bigint, 0
      FROM jsonb_array_elements(${JSON.stringify(activity)}::jsonb) AS v
      ON CONFLICT (route) DO UPDATE SET
        first_seen_at = least(routes.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(routes.last_seen_at, excluded.last_seen_at),
        samples = routes.samples + excluded.samples`,
};

const counted = (vouchedAt: number | null): Sql =>
  vouchedAt === null ? sql`true` : sql`vouched_at IS NOT NULL`;
