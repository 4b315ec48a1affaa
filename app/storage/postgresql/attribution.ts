import { ELEMENT_FIELD, SUBPART_FIELDS } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";
import type { Engine } from "../engine";
import { join, raw, type Sql, sql } from "../sql";
import type { RouteMetric, SummaryFilter } from "../summary-filter";

/** The condition of the partial index `web_vitals_raw_route_idx`: it must equal the one in the migration. */
const INDEX_CONDITION = sql`metric IN ('INP', 'LCP', 'CLS') AND folded_value IS NOT NULL`;

const within = ({ route, metric }: RouteMetric, { from, to }: TimeWindow): Sql =>
  sql`route = ${route} AND metric = ${metric} AND ${INDEX_CONDITION} AND received_at >= ${from} AND received_at < ${to}`;

/** The same classes as `navigationClassOf`. */
function navigationIs(navigation: SummaryFilter["navigation"]): Sql {
  if (navigation === null) return sql`true`;
  if (navigation === "bfcache") return sql`navigation_type = 'back-forward-cache'`;
  if (navigation === "soft") return sql`navigation_type = 'soft-navigation'`;
  if (navigation === "prerender") return sql`navigation_type = 'prerender'`;
  return sql`(navigation_type IS NULL
    OR navigation_type NOT IN ('back-forward-cache', 'soft-navigation', 'prerender'))`;
}

/** Loads that waited for the server: those that were not prefetched. */
const WAITED = sql`(coalesce(delivery_type, '') <> 'navigational-prefetch' AND ${navigationIs("load")})`;

/** Value, `received_at` (ms), fields (`null` without attribution), and whether the visitor waited. */
type StoredSample = [number, number, [string | null, ...Array<number | null>] | null, boolean];

export const postgresqlAttribution: Engine["attribution"] = {
  selectReceivedAtPosition: (of, window, position) =>
    sql`SELECT received_at FROM web_vitals_raw
      WHERE ${within(of, window)}
      ORDER BY received_at DESC
      LIMIT 1 OFFSET ${position}`,

  selectSamples: (of, window, { devices, navigation, buildVersion }, limit) => {
    // Names of this program's own: none has a quotation mark.
    const fields = [ELEMENT_FIELD[of.metric], ...SUBPART_FIELDS[of.metric]].map((name) =>
      raw(`attribution->'${name}'`),
    );
    return sql`SELECT json_agg(json_build_array(value, received_at,
        CASE WHEN attribution IS NOT NULL THEN json_build_array(${join(fields)}) END, ${WAITED}))::text AS samples
      FROM (
        SELECT value, received_at, attribution, navigation_type, delivery_type FROM web_vitals_raw
        WHERE ${within(of, window)}
          AND ${devices === null ? sql`true` : sql`device IN (${join([...devices])})`}
          AND ${navigationIs(navigation)}
          AND ${buildVersion === null ? sql`true` : sql`build_version = ${buildVersion}`}
        ORDER BY received_at DESC
        LIMIT ${limit}) AS newest`;
  },

  samplesOf: (metric, stored) =>
    (JSON.parse(stored) as StoredSample[]).map(([value, receivedAt, stored, waited]) => {
      const [element, ...fields] = stored ?? [null, ...SUBPART_FIELDS[metric].map(() => null)];
      return { value, receivedAt, waited, element, fields };
    }),
};
