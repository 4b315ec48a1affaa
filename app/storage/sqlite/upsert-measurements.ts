import type { Measurement } from "../../vitals/measurement";
import { type Sql, sql } from "../sql";

/**
 * Stores a batch in one statement (see `storeMeasurements`). `jsonb_each` (SQLite 3.51,
 * https://www.sqlite.org/json1.html#jsonb_each) returns each row in its binary form; `json_each` would return text, which
 * SQLite parses again for each column, and that costs more than storing the row.
 */
export function upsertMeasurements(batch: readonly Measurement[], storedAt: number): Sql {
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
      m.attribution === null ? null : JSON.stringify(m.attribution),
      m.deliveryType ?? null,
      m.onlyIfStored === true ? 1 : 0,
    ]),
  );
  return sql`
    INSERT INTO web_vitals_raw (
      id, metric, value, sequence, route, build_version, device, navigation_type, received_at, stored_at,
      library, attribution, delivery_type
    )
    SELECT
      value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8,
      ${storedAt}, value->>9, value->>10, value->>11
    FROM jsonb_each(${rows}) AS report
    WHERE report.value->>12 = 0
      OR EXISTS (SELECT 1 FROM web_vitals_raw AS stored WHERE stored.id = report.value->>0)
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
