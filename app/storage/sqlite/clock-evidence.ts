import { type Sql, sql } from "../sql";

export const sqliteClockEvidence = {
  selectNewest: (): Sql => sql`SELECT received_at FROM web_vitals_raw ORDER BY received_at DESC LIMIT 1`,

  // `v6-1795394560724-8298155793737`: web-vitals writes Date.now() between the first two hyphens.
  countAgreeing: (
    { since, tolerance, limit }: { since: number; tolerance: number; limit: number },
    ownPrefix: string,
  ): Sql =>
    sql`SELECT count(*) AS agreeing
      FROM (SELECT id, metric, build_version, received_at FROM web_vitals_raw WHERE received_at >= ${since} ORDER BY received_at DESC LIMIT ${limit}) AS newest
      WHERE metric = 'TTFB' AND substr(build_version, 1, ${ownPrefix.length}) <> ${ownPrefix}
        AND abs(CAST(substr(id, instr(id, '-') + 1, 13) AS INTEGER) - received_at) <= ${tolerance}`,
};
