import { OWN_BUILD_PREFIX } from "../vitals/measurement";
import { integer, rowOf } from "./row-schema";
import { type Statements, sql } from "./statements.server";

/** When the newest measurement was received, in ms since the epoch; `null` without any. */
export async function selectNewestReceived(on: Statements): Promise<number | null> {
  const rows = await on.query(
    "selectNewestReceived",
    rowOf({ received_at: integer }),
    sql`SELECT received_at FROM web_vitals_raw ORDER BY received_at DESC LIMIT 1`,
  );
  const [newest] = rows;
  return newest === undefined ? null : Number(newest.received_at);
}

/**
 * How many of the newest page views agree with the server's clock: those received at `since` (ms since the epoch) or
 * later whose `id` has a time of the visitor's clock within `tolerance` ms. A page view counts once, by its TTFB; the
 * cockpit's own pages don't count, as they may be open on the machine whose clock is in doubt. Reads at most `limit` rows.
 */
export async function countAgreeingClocks(
  on: Statements,
  { since, tolerance, limit }: { since: number; tolerance: number; limit: number },
): Promise<number> {
  const rows = await on.query(
    "countAgreeingClocks",
    rowOf({ agreeing: integer }),
    // `v6-1795394560724-8298155793737`: web-vitals writes Date.now() between the first two hyphens.
    sql`SELECT count(*) AS agreeing
      FROM (SELECT id, metric, build_version, received_at FROM web_vitals_raw WHERE received_at >= ${since} ORDER BY received_at DESC LIMIT ${limit}) AS newest
      WHERE metric = 'TTFB' AND substr(build_version, 1, ${OWN_BUILD_PREFIX.length}) <> ${OWN_BUILD_PREFIX}
        AND abs(CAST(substr(id, instr(id, '-') + 1, 13) AS INTEGER) - received_at) <= ${tolerance}`,
  );
  return Number(rows[0]?.agreeing ?? 0);
}
