import { allDays } from "../build-totals";
import type { Engine } from "../engine";
import { join, sql } from "../sql";
import { texts } from "./texts";

export const postgresqlReleases: Engine["releases"] = {
  selectLibraries: (builds) =>
    sql`SELECT build_version, libraries FROM releases WHERE build_version IN (${texts(builds)})`,

  // `least` and `greatest` ignore nulls.
  recordActivity: (activity) =>
    sql`INSERT INTO releases (build_version, first_seen_at, last_seen_at, admitted_at, libraries)
      SELECT v->>0, (v->>1)::bigint, (v->>2)::bigint, 0, v->>3
      FROM jsonb_array_elements(${JSON.stringify(activity)}::jsonb) AS v
      ON CONFLICT (build_version) DO UPDATE SET
        first_seen_at = least(releases.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(releases.last_seen_at, excluded.last_seen_at),
        libraries = excluded.libraries`,

  addTraffic: (traffic) =>
    sql`INSERT INTO release_traffic (hour, build_version, metric, samples)
      SELECT (v->>0)::integer, v->>1, v->>2, (v->>3)::integer
      FROM jsonb_array_elements(${JSON.stringify(traffic)}::jsonb) AS v
      ON CONFLICT (hour, build_version, metric) DO UPDATE SET samples = release_traffic.samples + excluded.samples`,

  selectHours: (from) =>
    sql`SELECT coalesce(json_agg(json_build_array(hour, build_version, n)), '[]')::text AS hours FROM (
      SELECT hour, build_version, max(samples) AS n FROM release_traffic
      WHERE hour >= ${from}
      GROUP BY hour, build_version
      ORDER BY hour, build_version) AS hours`,

  selectSketches: (builds, conditions) =>
    sql`SELECT build_version, metric, string_agg(sketch, ''::bytea) AS sketches
      FROM (${allDays(
        sql`totals.build_version, totals.metric, totals.sketch`,
        join([sql`build_version IN (${texts(builds)})`, ...conditions], " AND "),
      )}) AS summaries
      GROUP BY build_version, metric`,
};
