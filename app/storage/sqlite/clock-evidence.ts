import { type Sql, sql } from "../sql";
import { METRIC_CODES } from "./codes";
import { labelText } from "./labels";
import { timeOfPackedId } from "./packed-id";

export const sqliteClockEvidence = {
  selectNewest: (): Sql => sql`SELECT received_at FROM measurements ORDER BY received_at DESC LIMIT 1`,

  // web-vitals writes Date.now() into an id; the time of another id is not known.
  countAgreeing: (
    { since, tolerance, limit }: { since: number; tolerance: number; limit: number },
    ownPrefix: string,
  ): Sql =>
    sql`SELECT count(*) AS agreeing
      FROM (SELECT id, metric, build, received_at FROM measurements WHERE received_at >= ${since} ORDER BY received_at DESC LIMIT ${limit}) AS newest
      WHERE metric = ${METRIC_CODES.TTFB} AND substr(${labelText("build")}, 1, ${ownPrefix.length}) <> ${ownPrefix}
        AND typeof(id) = 'blob' AND abs(${timeOfPackedId("id")} - received_at) <= ${tolerance}`,
};
