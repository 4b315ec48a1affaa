import type { Measurement } from "../../vitals/measurement";
import type { Engine } from "../engine";
import { parseJson } from "../row-schema";
import { empty, type Sql, sql } from "../sql";

/**
 * Stores a batch in one statement (see `storeMeasurements`). Rows are positional: named keys cost half as much again in the
 * server.
 */
function upsert(batch: readonly Measurement[], storedAt: number): Sql {
  const rows = JSON.stringify(
    batch.map((m) => [
      m.id,
      m.metric,
      m.value,
      m.sequence,
      m.route,
      m.buildVersion,
      m.device,
      m.navigationType,
      m.receivedAt,
      m.library,
      m.attribution,
      m.deliveryType ?? null,
    ]),
  );
  return sql`
    INSERT INTO web_vitals_raw (
      id, metric, value, sequence, route, build_version, device, navigation_type, received_at, stored_at,
      library, attribution, delivery_type
    )
    SELECT
      v->>0, v->>1, (v->>2)::double precision, (v->>3)::bigint, v->>4, v->>5, v->>6, v->>7, (v->>8)::bigint,
      ${storedAt}::bigint, v->>9, nullif(v->10, 'null'::jsonb), v->>11
    FROM jsonb_array_elements(${rows}::jsonb) AS v
    ${unlessUnknown(batch)}
    ON CONFLICT (id) DO UPDATE SET
      value = excluded.value,
      attribution = excluded.attribution,
      library = excluded.library,
      sequence = coalesce(excluded.sequence, web_vitals_raw.sequence)
    WHERE excluded.metric = web_vitals_raw.metric
      AND (excluded.sequence IS NULL
        OR web_vitals_raw.sequence IS NULL
        OR excluded.sequence >= web_vitals_raw.sequence)`;
}

/** Leaves `onlyIfStored` reports of unknown ids out. No correlated subquery, which Citus refuses here. */
function unlessUnknown(batch: readonly Measurement[]): Sql {
  const ids = batch.filter(({ onlyIfStored }) => onlyIfStored === true).map(({ id }) => id);
  if (ids.length === 0) return empty;
  return sql`WHERE v->>0 <> ALL (${ids}::text[])
    OR v->>0 IN (SELECT id FROM web_vitals_raw WHERE id = ANY (${ids}::text[]))`;
}

export const postgresqlMeasurements: Engine["measurements"] = {
  upsert,

  countPending: (limit) => sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM web_vitals_raw WHERE folded_value IS NULL OR folded_value <> value LIMIT ${limit}) AS pending`,

  // The text of a double has the fewest digits that preserve it.
  selectPending: (limit) => sql`
    SELECT
      received_at / 300000 AS slot, metric, route, device, navigation_type, delivery_type,
      build_version, library,
      min(received_at) AS first_at, max(received_at) AS last_at,
      string_agg(value::text || ':' || coalesce(folded_value::text, ''), ' ') AS reports,
      json_agg(id)::text AS ids
    FROM (
      SELECT * FROM web_vitals_raw
      WHERE folded_value IS NULL OR folded_value <> value
      ORDER BY received_at, id
      LIMIT ${limit}) AS pending
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,

  /** With the value that was read: a report that came meanwhile stays pending. */
  markFolded: (_limit, pending) => {
    const ids = pending.flatMap((row) => parseJson(row.ids));
    const values = pending.flatMap(({ reports }) =>
      reports.split(" ").map((report) => Number(report.slice(0, report.indexOf(":")))),
    );
    return sql`
      UPDATE web_vitals_raw SET folded_value = mark.value
      FROM unnest(${ids}::text[], ${values}::double precision[]) AS mark (id, value)
      WHERE web_vitals_raw.id = mark.id`;
  },

  select: (after, to, limit) =>
    sql`SELECT id, metric, value, sequence, route, build_version, device, navigation_type, received_at,
        library, attribution::text AS attribution, delivery_type
      FROM web_vitals_raw
      WHERE (received_at, id) > (${after.receivedAt}, ${after.id}) AND received_at < ${to}
      ORDER BY received_at, id
      LIMIT ${limit}`,

  delete: ({ receivedBefore, storedBefore }, limit) =>
    sql`DELETE FROM web_vitals_raw WHERE id IN (
      SELECT id FROM web_vitals_raw
      WHERE received_at < ${receivedBefore} AND stored_at < ${storedBefore} AND folded_value = value
      ORDER BY received_at
      LIMIT ${limit})`,
};
