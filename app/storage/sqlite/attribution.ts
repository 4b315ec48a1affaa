import { type AttributedMetric, ELEMENT_FIELD, SUBPART_FIELDS } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";
import { join, raw, type Sql, sql } from "../sql";
import type { RouteMetric, SummaryFilter } from "../summary-filter";
import {
  ATTRIBUTED_METRIC_CODES,
  DEVICE_CODES,
  METRIC_CODES,
  navigationIs,
  storedValue,
  WAITED,
} from "./codes";
import { labelId, labelText } from "./labels";
import { unpackAttribution } from "./packed-attribution";

/**
 * The condition of the partial index `measurements_route_idx`. SQLite uses a partial index only in a statement that
 * implies its condition (https://www.sqlite.org/partialindex.html), so this must equal the one in the migration.
 * Measurements that are not folded yet are missing from all other figures, too.
 */
const INDEX_CONDITION = raw(
  `metric < ${ATTRIBUTED_METRIC_CODES} AND (pending IS NULL OR folded_value IS NOT NULL)`,
);

const within = ({ route, metric }: RouteMetric, { from, to }: TimeWindow): Sql =>
  sql`route = ${labelId(route)} AND metric = ${METRIC_CODES[metric]} AND ${INDEX_CONDITION}
    AND received_at >= ${from} AND received_at < ${to}`;

function selectSamples(
  of: RouteMetric,
  window: TimeWindow,
  { devices, navigation, buildVersion }: Omit<SummaryFilter, "route">,
  limit: number,
): Sql {
  const codes = devices?.map((device) => DEVICE_CODES[device]);
  return sql`SELECT '[' || group_concat('[' || format('%!.17g', ${storedValue("value")}) || ',' || received_at || ',' ||
        iif(${WAITED}, 'true', 'false') || ',' || json_array(${labelText("element")},
          iif(typeof(attribution) = 'blob', hex(attribution), NULL),
          iif(typeof(attribution) = 'text', attribution, NULL)) || ']') || ']' AS samples
    FROM (
      SELECT value, received_at, element, attribution, navigation FROM measurements
      WHERE ${within(of, window)}
        AND ${codes === undefined ? sql`true` : sql`device IN (${join(codes)})`}
        AND ${navigationIs(navigation)}
        AND ${buildVersion === null ? sql`true` : sql`build = ${labelId(buildVersion)}`}
      ORDER BY received_at DESC
      LIMIT ${limit})`;
}

/** Value, `received_at` (ms), whether the visitor waited, and the stored attribution without its resource. */
type StoredSample = [
  number,
  number,
  boolean,
  [element: string | null, fields: string | null, json: string | null],
];

/** The samples of `selectSamples`: value, `received_at` (ms), element, `SUBPART_FIELDS`, and whether the visitor waited. */
function samplesOf(metric: AttributedMetric, stored: string): AttributedFields[] {
  const [element, ...parts] = [ELEMENT_FIELD[metric], ...SUBPART_FIELDS[metric]];
  return (JSON.parse(stored) as StoredSample[]).map(([value, receivedAt, waited, [text, fields, json]]) => {
    const attribution = unpackAttribution(metric, { element: text, resource: null, fields, json }) ?? {};
    return {
      value,
      receivedAt,
      waited,
      element: textOf(attribution[element]),
      fields: parts.map((name) => numberOf(attribution[name])),
    };
  });
}

export type AttributedFields = {
  value: number;
  receivedAt: number;
  /** Whether the visitor waited for the server. */
  waited: boolean;
  element: string | null;
  /** Those of `SUBPART_FIELDS`; `null` where one is absent. */
  fields: Array<number | null>;
};

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

export const sqliteAttribution = {
  /** Reads the index only. */
  selectReceivedAtPosition: (of: RouteMetric, window: TimeWindow, position: number): Sql =>
    sql`SELECT received_at FROM measurements
      WHERE ${within(of, window)}
      ORDER BY received_at DESC
      LIMIT 1 OFFSET ${position}`,

  selectSamples,

  samplesOf,
};
