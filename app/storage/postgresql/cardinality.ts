import type { Engine } from "../engine";
import { sql } from "../sql";
import { texts } from "./texts";

export const postgresqlCardinality: Engine["cardinality"] = {
  admitRoutes: (routes, limit, at) =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples)
      SELECT value, ${at}::bigint, ${at}::bigint, 0
      FROM jsonb_array_elements_text(${JSON.stringify(routes)}::jsonb) AS value
      WHERE value NOT IN (SELECT route FROM routes)
      LIMIT greatest(0, ${limit}::bigint - (SELECT count(*) FROM routes))
      ON CONFLICT (route) DO NOTHING`,

  selectAdmittedRoutes: (routes) => sql`SELECT route FROM routes WHERE route IN (${texts(routes)})`,

  admitBuilds: (builds, limit, dayStart, at) =>
    sql`INSERT INTO releases (build_version, admitted_at)
      SELECT value, ${at}::bigint FROM jsonb_array_elements_text(${JSON.stringify(builds)}::jsonb) AS value
      WHERE value NOT IN (SELECT build_version FROM releases)
      LIMIT greatest(0, ${limit}::bigint - (
        SELECT count(*) FROM releases WHERE admitted_at >= ${dayStart} AND announced_at IS NULL))
      ON CONFLICT (build_version) DO NOTHING`,

  selectAdmittedBuilds: (builds) =>
    sql`SELECT build_version FROM releases WHERE build_version IN (${texts(builds)})`,

  recordRouteActivity: (activity) =>
    sql`INSERT INTO routes (route, first_seen_at, last_seen_at, samples)
      SELECT v->>0, (v->>1)::bigint, (v->>2)::bigint, (v->>3)::bigint
      FROM jsonb_array_elements(${JSON.stringify(activity)}::jsonb) AS v
      ON CONFLICT (route) DO UPDATE SET
        first_seen_at = least(routes.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(routes.last_seen_at, excluded.last_seen_at),
        samples = routes.samples + excluded.samples`,
};
