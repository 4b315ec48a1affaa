import { z } from "zod";
import { type AttributedMetric, ELEMENT_FIELD, SUBPART_FIELDS, subpartsOf } from "../vitals/attribution";
import type { TimeWindow } from "../vitals/time";
import { integer, json, parseJson, rowOf } from "./row-schema";
import { join, type Sql, type Statements, sql } from "./statements.server";
import type { SummaryFilter } from "./summary-periods.server";

/** The attribution of one stored measurement; `value` and `parts` in ms (CLS: score). */
export type AttributedSample = {
  value: number;
  receivedAt: number;
  /** CSS selector of the element; `null` when the beacon named none. */
  element: string | null;
  /** In the order of `SUBPARTS`; `null` when one of them is missing, and for a metric without subparts. */
  parts: number[] | null;
  /**
   * When the answer's own headers came, in ms, where a `103 Early Hints` came before them; `null` also for prefetched and
   * prerendered loads, whose visitor did not wait for the server.
   */
  finalHeaders: number | null;
};

export type RouteMetric = { route: string; metric: AttributedMetric };

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

/**
 * When the measurement at `position` (0 is the newest of the window) was received, in ms; `null` when there are
 * fewer. It reads the index only.
 */
export async function selectReceivedAtPosition(
  on: Statements,
  of: RouteMetric,
  window: TimeWindow,
  position: number,
): Promise<number | null> {
  const [row] = await on.query(
    "selectReceivedAtPosition",
    rowOf({ received_at: integer }),
    sql`SELECT received_at FROM web_vitals_raw
      WHERE ${within(of, window)}
      ORDER BY received_at DESC
      LIMIT 1 OFFSET ${position}`,
  );
  return row === undefined ? null : Number(row.received_at);
}

/** The statement of `selectAttributedSamples`; exported for a test of its query plan. */
export function attributedSamplesStatement(
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

/** The element, then the subparts; the whole is `null` for a measurement without attribution. */
const fields = z.tuple([z.string().nullable()], z.number().nullable()).nullable();

/** Value, `received_at` (ms), fields, and whether the visitor waited, of each measurement; `null` when there is none. */
const samplesRow = rowOf({
  samples: json(z.array(z.tuple([z.number(), z.int(), fields, z.boolean()]))).nullable(),
});

/**
 * The attribution of up to `limit` of the newest measurements in the window, unordered. SQL extracts the fields and
 * returns one text, because passing a row per measurement to JavaScript costs more than reading it.
 */
export async function selectAttributedSamples(
  on: Statements,
  of: RouteMetric,
  window: TimeWindow,
  filter: Omit<SummaryFilter, "route">,
  limit: number,
): Promise<AttributedSample[]> {
  const [row] = await on.query(
    "selectAttributedSamples",
    samplesRow,
    attributedSamplesStatement(of, window, filter, limit),
  );
  const samples = row?.samples == null ? [] : parseJson(row.samples);
  const count = SUBPART_FIELDS[of.metric].length;
  return samples.map(([value, receivedAt, fields, waited]) => {
    const [element, ...rest] = fields ?? [null];
    const known = rest.slice(0, count);
    const finalHeaders = (of.metric === "LCP" && waited && known[count - 1]) || null;
    return { value, receivedAt, element, parts: subpartsOf(of.metric, known), finalHeaders };
  });
}

/** When a build version was first and last seen (ms); `null` when none of its measurements is folded. */
export async function selectReleaseSpan(
  on: Statements,
  buildVersion: string,
): Promise<{ first: number; last: number } | null> {
  const [row] = await on.query(
    "selectReleaseSpan",
    rowOf({ first: integer.nullable(), last: integer.nullable() }),
    sql`SELECT first_seen_at AS first, last_seen_at AS last FROM releases
      WHERE build_version = ${buildVersion}`,
  );
  if (row === undefined || row.first === null || row.last === null) return null;
  return { first: Number(row.first), last: Number(row.last) };
}
