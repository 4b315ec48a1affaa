import { ELEMENT_FIELD, SUBPART_FIELDS } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";
import { join, type Sql, sql } from "../sql";
import type { RouteMetric, SummaryFilter } from "../summary-filter";

/**
 * The condition of the partial index `web_vitals_raw_route_idx`. SQLite uses a partial index only in a statement that
 * implies its condition (https://www.sqlite.org/partialindex.html), so this must equal the one in the migration.
 * Measurements that are not folded yet are missing from all other figures, too.
 */
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

function selectSamples(
  of: RouteMetric,
  window: TimeWindow,
  { devices, navigation, buildVersion }: Omit<SummaryFilter, "route">,
  limit: number,
): Sql {
  const fields = [ELEMENT_FIELD[of.metric], ...SUBPART_FIELDS[of.metric]].map((name) => `$.${name}`);
  // `json_extract` returns an array only for two paths or more.
  const paths = join([...fields, "$._"]);
  return sql`SELECT '[' || group_concat('[' || format('%!.17g', value) || ',' || received_at || ',' ||
        coalesce(json_extract(attribution, ${paths}), 'null') || ',' || iif(${WAITED}, 'true', 'false') || ']')
        || ']' AS samples
    FROM (
      SELECT value, received_at, attribution, navigation_type, delivery_type FROM web_vitals_raw
      WHERE ${within(of, window)}
        AND ${devices === null ? sql`true` : sql`device IN (${join([...devices])})`}
        AND ${navigationIs(navigation)}
        AND ${buildVersion === null ? sql`true` : sql`build_version = ${buildVersion}`}
      ORDER BY received_at DESC
      LIMIT ${limit})`;
}

export const sqliteAttribution = {
  /** Reads the index only. */
  selectReceivedAtPosition: (of: RouteMetric, window: TimeWindow, position: number): Sql =>
    sql`SELECT received_at FROM web_vitals_raw
      WHERE ${within(of, window)}
      ORDER BY received_at DESC
      LIMIT 1 OFFSET ${position}`,

  selectSamples,
};
