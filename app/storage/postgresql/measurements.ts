import type { Device } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import type { DeliveryType, NavigationType } from "../../vitals/navigation";
import type { Engine } from "../engine";
import type { PendingPosition } from "../pending";
import { type Sql, sql } from "../sql";
import { encode, upsert } from "./upsert-measurements";

const IS_PENDING = sql`(folded_value IS NULL OR folded_value <> value)`;

const isAfter = ({ receivedAt, key }: PendingPosition): Sql =>
  sql`(received_at, id) > (${receivedAt}::bigint, ${key})`;

const numberOf = (digits: string): number | null => (digits === "" ? null : Number(digits));

export const postgresqlMeasurements: Engine["measurements"] = {
  // The rows have the texts themselves.
  deleteUnusedLabels: null,

  async store(on, batch, storedAt) {
    await on.execute("upsertMeasurements", upsert(encode(batch), storedAt));
  },

  countPending: (limit) => sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM web_vitals_raw WHERE ${IS_PENDING} LIMIT ${limit}) AS pending`,

  selectOldestPending: () =>
    sql`SELECT received_at FROM web_vitals_raw WHERE ${IS_PENDING} ORDER BY received_at LIMIT 1`,

  // The text of a double has the fewest digits that preserve it.
  selectPending: (after, limit) => sql`
    SELECT coalesce(string_agg(
        concat_ws(chr(9), received_at, value, coalesce(folded_value::text, ''), 0, id, metric, device,
          coalesce(navigation_type, ''), coalesce(delivery_type, ''), route, build_version, coalesce('=' || library, '')),
        chr(10) ORDER BY received_at, id
      ), '') AS lines
    FROM (
      SELECT * FROM web_vitals_raw
      WHERE ${IS_PENDING} AND ${isAfter(after)}
      ORDER BY received_at, id
      LIMIT ${limit}) AS pending`,

  scanPending: null,

  pendingFraction: 1,

  pendingLabels: () => [],

  selectLabels: null,

  pendingKind: (text) => {
    const [metric, device, navigationType, deliveryType, route = "", buildVersion = "", library] =
      text.split("\t");
    return {
      metric: metric as Metric,
      route,
      device: device as Device,
      navigationType: (navigationType || null) as NavigationType | null,
      deliveryType: (deliveryType || null) as DeliveryType | null,
      buildVersion,
      library: library ? library.slice(1) : null,
    };
  },

  markUnchanged: null,

  /** A report that came meanwhile stays pending: its value differs from that of the mark. */
  markFolded: (marks) => {
    const ids = marks.map(([key]) => key);
    const values = marks.map(([, value]) => numberOf(value));
    const folded = marks.map(([, , held]) => numberOf(held));
    return sql`
      UPDATE web_vitals_raw SET folded_value = mark.value
      FROM unnest(${ids}::text[], ${values}::double precision[], ${folded}::double precision[])
        AS mark (id, value, folded)
      WHERE web_vitals_raw.id = mark.id AND web_vitals_raw.folded_value IS NOT DISTINCT FROM mark.folded`;
  },

  attributionOf: (_metric, stored) => JSON.parse(stored),

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
