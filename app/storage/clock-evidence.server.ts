import { OWN_BUILD_PREFIX } from "../vitals/measurement";
import { integer, rowOf } from "./row-schema";
import type { Statements } from "./statements.server";

/** When the newest measurement was received, in ms since the epoch; `null` without any. */
export async function selectNewestReceived(on: Statements): Promise<number | null> {
  const rows = await on.query(
    "selectNewestReceived",
    rowOf({ received_at: integer }),
    on.engine.clockEvidence.selectNewest(),
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
  evidence: { since: number; tolerance: number; limit: number },
): Promise<number> {
  const rows = await on.query(
    "countAgreeingClocks",
    rowOf({ agreeing: integer }),
    on.engine.clockEvidence.countAgreeing(evidence, OWN_BUILD_PREFIX),
  );
  return Number(rows[0]?.agreeing ?? 0);
}
