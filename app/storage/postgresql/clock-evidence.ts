import type { Engine } from "../engine";
import { sql } from "../sql";

export const postgresqlClockEvidence: Engine["clockEvidence"] = {
  selectNewest: () => sql`SELECT received_at FROM web_vitals_raw ORDER BY received_at DESC LIMIT 1`,

  // `v6-1795394560724-8298155793737`: web-vitals writes Date.now() between the first two hyphens.
  countAgreeing: ({ since, tolerance, limit }, ownPrefix) =>
    sql`SELECT count(*) AS agreeing
      FROM (SELECT id, metric, build_version, received_at FROM web_vitals_raw WHERE received_at >= ${since} ORDER BY received_at DESC LIMIT ${limit}) AS newest
      WHERE metric = 'TTFB' AND NOT starts_with(build_version, ${ownPrefix})
        AND abs(substring(id from '^[^-]*-([0-9]{1,13})')::bigint - received_at) <= ${tolerance}`,
};
