import type { Attribution } from "../../vitals/measurement";
import type { Metric } from "../../vitals/metrics";
import { type Sql, sql } from "../sql";
import { DELIVERY_NAME, DEVICE_NAME, METRIC_NAME, NAVIGATION_NAME, storedValue } from "./codes";
import { deleteUnusedLabels, labelText } from "./labels";
import { unpackAttribution } from "./packed-attribution";
import { idText } from "./packed-id";
import { sqlitePending } from "./pending-measurements";
import { storeBatch } from "./store-measurements";

const ID_TEXT = idText("id");

/** What `attributionOf` reads. */
const STORED_ATTRIBUTION = sql`iif(element IS NULL AND resource IS NULL AND attribution IS NULL, NULL, json_array(
  ${labelText("element")}, ${labelText("resource")},
  iif(typeof(attribution) = 'blob', hex(attribution), NULL), iif(typeof(attribution) = 'text', attribution, NULL)))`;

export const sqliteMeasurements = {
  store: storeBatch,

  countPending: (limit: number): Sql => sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM measurements WHERE pending IS NOT NULL LIMIT ${limit})`,

  selectOldestPending: (): Sql => sql`SELECT received_at FROM measurements
      WHERE pending IS NOT NULL
      ORDER BY received_at
      LIMIT 1`,

  ...sqlitePending,

  /** By time and id, after the row that has these. */
  select: (after: { receivedAt: number; id: string }, to: number, limit: number): Sql =>
    sql`SELECT ${ID_TEXT} AS id, ${METRIC_NAME} AS metric, ${storedValue("value")} AS value, sequence,
        ${labelText("route")} AS route, ${labelText("build")} AS build_version, ${DEVICE_NAME} AS device,
        ${NAVIGATION_NAME} AS navigation_type, received_at, ${labelText("library")} AS library,
        ${STORED_ATTRIBUTION} AS attribution, ${DELIVERY_NAME} AS delivery_type
      FROM measurements
      WHERE received_at >= ${after.receivedAt} AND received_at < ${to}
        AND (received_at > ${after.receivedAt} OR ${ID_TEXT} > ${after.id})
      ORDER BY received_at, ${ID_TEXT}
      LIMIT ${limit}`,

  /** The attribution of a row of `select`. */
  attributionOf: (metric: Metric, stored: string): Attribution | null => {
    const [element, resource, fields, json] = JSON.parse(stored);
    return unpackAttribution(metric, { element, resource, fields, json });
  },

  delete: ({ receivedBefore, storedBefore }: DeletedMeasurements, limit: number): Sql =>
    sql`DELETE FROM measurements WHERE (received_at, id) IN (
      SELECT received_at, id FROM measurements
      WHERE received_at < ${receivedBefore} AND received_at + stored_after < ${storedBefore} AND pending IS NULL
      ORDER BY received_at
      LIMIT ${limit})`,

  deleteUnusedLabels,
};

/** Received and stored before these times, in ms. */
type DeletedMeasurements = { receivedBefore: number; storedBefore: number };
