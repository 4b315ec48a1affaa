import type { Measurement } from "../../vitals/measurement";
import { empty, type Sql, sql } from "../sql";

/** A batch as JSON of its groups, and whether it has a report that only changes what is stored. */
type Encoded = { rows: string; conditional: boolean };

/** What the measurements of one beacon have in common. */
type Common = [
  route: string,
  buildVersion: string,
  device: string,
  navigationType: string | null,
  receivedAt: number,
  library: string | null,
  deliveryType: string | null,
];

type Row = [
  id: string,
  metric: string,
  value: number,
  sequence: number | null,
  attribution: Measurement["attribution"],
  onlyIfStored?: true,
];

type Group = [...Common, Row[]];

const commonOf = (m: Measurement): Common => [
  m.route,
  m.buildVersion,
  m.device,
  m.navigationType,
  m.receivedAt,
  m.library,
  m.deliveryType ?? null,
];

function rowOf({ id, metric, value, sequence, attribution, onlyIfStored }: Measurement): Row {
  const row: Row = [id, metric, value, sequence, attribution];
  if (onlyIfStored === true) row.push(true);
  return row;
}

/**
 * Groups of neighbours that have all of `Common` in common, so that the server parses it once. They are positional: named
 * keys cost half as much again there.
 */
export function encode(batch: readonly Measurement[]): Encoded {
  const groups: Group[] = [];
  let common: Common | null = null;
  let rows: Row[] = [];
  let conditional = false;
  for (const measurement of batch) {
    const own = commonOf(measurement);
    if (common?.every((value, i) => value === own[i])) rows.push(rowOf(measurement));
    else {
      common = own;
      rows = [rowOf(measurement)];
      groups.push([...own, rows]);
    }
    conditional ||= measurement.onlyIfStored === true;
  }
  return { rows: JSON.stringify(groups), conditional };
}

/**
 * Stores a batch in one statement (see `storeMeasurements`). `OFFSET 0` prevents that the columns of a group are computed
 * again for each of its rows.
 */
export function upsert(batch: Encoded, storedAt: number): Sql {
  return sql`
    INSERT INTO web_vitals_raw (
      id, metric, value, sequence, route, build_version, device, navigation_type, received_at, stored_at,
      library, attribution, delivery_type
    )
    SELECT
      v->>0, v->>1, (v->2)::double precision, (v->>3)::bigint,
      route, build_version, device, navigation_type, received_at, ${storedAt}::bigint,
      library, nullif(v->4, 'null'::jsonb), delivery_type
    FROM (
      SELECT
        g->>0 AS route, g->>1 AS build_version, g->>2 AS device, g->>3 AS navigation_type,
        (g->4)::bigint AS received_at, g->>5 AS library, g->>6 AS delivery_type, jsonb_array_elements(g->7) AS v
      FROM jsonb_array_elements(${batch.rows}::jsonb) AS g
      OFFSET 0) AS measured
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
function unlessUnknown({ rows, conditional }: Encoded): Sql {
  if (!conditional) return empty;
  const groups: Group[] = JSON.parse(rows);
  const ids = groups.flatMap((group) =>
    group[7].filter(([, , , , , onlyIfStored]) => onlyIfStored === true).map(([id]) => id),
  );
  return sql`WHERE v->>0 <> ALL (${ids}::text[])
    OR v->>0 IN (SELECT id FROM web_vitals_raw WHERE id = ANY (${ids}::text[]))`;
}
