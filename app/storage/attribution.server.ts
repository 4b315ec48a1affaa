import { z } from "zod";
import { type AttributedMetric, ELEMENT_FIELD, SUBPARTS } from "../vitals/attribution";
import type { TimeWindow } from "../vitals/time";
import { integer, json, parseJson, rowOf } from "./row-schema";
import { join, type Sql, type Statements, sql } from "./statements.server";
import type { SummaryFilter } from "./summary-units.server";

/** What one stored measurement says of its cause; `value` and `parts` in ms (CLS: score). */
export type AttributedSample = {
  value: number;
  receivedAt: number;
  /** CSS selector of the element; `null` where none was named. */
  element: string | null;
  /** In the order of `SUB_PARTS`; `null` where one of them is missing, and for a metric that has none. */
  parts: number[] | null;
};

/** The measurements of one route and metric. */
export type RouteMetric = { route: string; metric: AttributedMetric };

/**
 * The index holds only these measurements: a statement that does not say so can't use it. Keep in step with
 * the migration that makes it. What is not folded yet is in no figure of the page either.
 */
const INDEXED = sql`metric IN ('INP', 'LCP', 'CLS') AND folded_value IS NOT NULL`;

const within = ({ route, metric }: RouteMetric, { from, to }: TimeWindow): Sql =>
  sql`route = ${route} AND metric = ${metric} AND ${INDEXED} AND received_at >= ${from} AND received_at < ${to}`;

/** The class of a navigation as `navigationClassOf` decides it. */
function navigationIs(navigation: SummaryFilter["navigation"]): Sql {
  if (navigation === null) return sql`true`;
  if (navigation === "bfcache") return sql`navigation_type = 'back-forward-cache'`;
  if (navigation === "soft") return sql`navigation_type = 'soft-navigation'`;
  return sql`(navigation_type IS NULL OR navigation_type NOT IN ('back-forward-cache', 'soft-navigation'))`;
}

/**
 * When the measurement was received (ms) that stands `position` places behind the newest in the window; `null`
 * where there are fewer. It costs steps in the index alone.
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
  const fields = [ELEMENT_FIELD[of.metric], ...SUBPARTS[of.metric]].map((name) => `$.${name}`);
  // One field alone would come without its array.
  const paths = join([...fields, "$._"]);
  return sql`SELECT '[' || group_concat('[' || format('%!.17g', value) || ',' || received_at || ',' ||
        coalesce(json_extract(attribution, ${paths}), 'null') || ']') || ']' AS samples
    FROM (
      SELECT value, received_at, attribution FROM web_vitals_raw
      WHERE ${within(of, window)}
        AND ${devices === null ? sql`true` : sql`device IN (${join([...devices])})`}
        AND ${navigationIs(navigation)}
        AND ${buildVersion === null ? sql`true` : sql`build_version = ${buildVersion}`}
      ORDER BY received_at DESC
      LIMIT ${limit})`;
}

/** The element, then the subparts; the whole is `null` for a measurement without attribution. */
const fields = z.tuple([z.string().nullable()], z.number().nullable()).nullable();

/** Value, time of reception (ms) and fields of each measurement; `null` where there is none. */
const samplesRow = rowOf({ samples: json(z.array(z.tuple([z.number(), z.int(), fields]))).nullable() });

/**
 * The causes of up to `limit` of the newest measurements in the window, in no order. The fields are taken out
 * of the JSON in SQL and come as one text: a row for each would cost more than reading it.
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
  const count = SUBPARTS[of.metric].length;
  return samples.map(([value, receivedAt, fields]) => {
    const [element, ...rest] = fields ?? [null];
    const parts = rest.slice(0, count).filter((part) => part !== null);
    return { value, receivedAt, element, parts: count > 0 && parts.length === count ? parts : null };
  });
}

/** When a build version was first and last seen (ms); `null` where none of its measurements is folded. */
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
