import { describe, expect, it } from "vitest";
import { refusedByCitus } from "../../support/postgresql/citus-rules";

/** Each of them was refused by Citus 13.2.2 with PostgreSQL 15. */
const REFUSED = [
  "SELECT id FROM web_vitals_raw WHERE received_at < 5 LIMIT 5 FOR UPDATE SKIP LOCKED",
  "SELECT id FROM web_vitals_raw LIMIT 5 FOR NO KEY UPDATE",
  "DELETE FROM web_vitals_raw WHERE ctid IN (SELECT ctid FROM web_vitals_raw LIMIT 5)",
  "INSERT INTO web_vitals_raw (id) SELECT $1 ON CONFLICT (id) DO UPDATE SET stored_at = extract(epoch FROM clock_timestamp())",
  "UPDATE web_vitals_hourly SET samples = 1, route = $1 WHERE hour = $2",
  "DELETE FROM web_vitals_hourly WHERE NOT EXISTS (SELECT 1 FROM open_periods WHERE grain = 'daily' AND unit * 24 <= hour)",
  "SELECT hour FROM web_vitals_hourly WHERE EXISTS (SELECT 1 FROM releases WHERE releases.build_version = web_vitals_hourly.build_version AND length(link) > 1)",
];

const ACCEPTED = [
  "SELECT raw.id FROM web_vitals_raw AS raw JOIN routes ON routes.route = raw.route",
  "SELECT name FROM writer_lock FOR UPDATE",
  "SELECT id FROM web_vitals_raw WHERE route = 'FOR UPDATE ctid'",
  "DELETE FROM web_vitals_raw WHERE id IN (SELECT id FROM web_vitals_raw WHERE received_at < $1 ORDER BY received_at LIMIT 5)",
  "DELETE FROM web_vitals_hourly WHERE hour < (SELECT coalesce(min(unit) * 24, $1) FROM open_periods WHERE grain = 'daily')",
  "DELETE FROM summary_versions WHERE NOT EXISTS (SELECT 1 FROM web_vitals_hourly WHERE hour < $1)",
  "SELECT samples FROM web_vitals_daily_totals AS totals WHERE NOT EXISTS (SELECT 1 FROM open_periods WHERE unit = totals.day)",
  "UPDATE web_vitals_raw SET folded_value = mark.value FROM unnest($1::text[], $2::float8[]) AS mark (id, value) WHERE web_vitals_raw.id = mark.id",
  "INSERT INTO web_vitals_raw (id, value) SELECT v->>0, (v->>1)::float8 FROM jsonb_array_elements($1::jsonb) AS v ON CONFLICT (id) DO UPDATE SET value = excluded.value",
  "UPDATE leases SET until = extract(epoch FROM clock_timestamp()) RETURNING until",
];

describe("refusedByCitus", () => {
  it.each(REFUSED)("names a reason for %s", (statement) => {
    expect(refusedByCitus(statement)).not.toEqual([]);
  });

  it("names advisory locks on any table, which each node has of its own", () => {
    expect(refusedByCitus("SELECT pg_advisory_xact_lock(1)::text")).not.toEqual([]);
  });

  it.each(ACCEPTED)("has none for %s", (statement) => {
    expect(refusedByCitus(statement)).toEqual([]);
  });
});
