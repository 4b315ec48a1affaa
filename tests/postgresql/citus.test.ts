import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { foldBatch } from "../../app/rollup/fold.server";
import { CITUS, DISTRIBUTED } from "../../app/storage/postgresql/citus";
import { distributeTables } from "../../app/storage/postgresql/distribute.server";
import { POSTGRESQL } from "../../app/storage/postgresql/engine";
import { selectTableSizes } from "../../app/storage/space.server";
import type { Statements } from "../../app/storage/statements.server";
import { selectGroups } from "../../app/storage/summary-periods.server";
import { GRAINS, SUMMARY_SETS } from "../../app/storage/summary-sets";
import { METRICS } from "../../app/vitals/metrics";
import { DAY, FIVE_MINUTES } from "../../app/vitals/time";
import { measurement, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** Measurements of several periods, metrics, routes, devices and builds, folded. */
async function fill(): Promise<void> {
  const all = Array.from({ length: 400 }, (_, i) =>
    measurement({
      id: `m${i}`,
      metric: METRICS[i % 5] ?? "LCP",
      value: i % 37,
      route: `/["${i % 7}"]`,
      device: i % 3 === 0 ? "mobile" : "desktop",
      ...(i % 4 === 0 && { deliveryType: "navigational-prefetch" as const }),
      buildVersion: `1.0.${i % 2}`,
      receivedAt: NOW - (i % 3) * FIVE_MINUTES,
    }),
  );
  await store.ingest(...all);
  await store.fold();
  await store.closePeriods(NOW + 2 * DAY);
}

const everything = { route: null, buildVersion: null, devices: null, navigation: null };

/** The groups of all tables, in an order that does not depend on the database. */
async function groups(on: Statements): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const set of SUMMARY_SETS) {
    const to = Math.floor(NOW / GRAINS[set.grain].length) + 1;
    for (const group of await selectGroups(on, { ...set, from: 0, to }, everything)) {
      const { period, metric, routes, devices, prefetched, builds, sketches } = group;
      const entries = routes.map((route, i) => [route, devices[i], prefetched[i], builds[i]]);
      all.push(JSON.stringify([set, period, metric, entries.map(String).sort(), sketches.length]));
    }
  }
  return all.sort();
}

describe("CITUS.summaryPeriods", () => {
  it("reads the same groups as plain PostgreSQL, with the work grouped by route", async () => {
    await fill();
    const { read } = store.database;
    const plain = await groups({ ...read, engine: POSTGRESQL });
    expect(plain.length).toBeGreaterThan(30);
    expect(await groups({ ...read, engine: CITUS })).toEqual(plain);
    const set = { grain: "hourly", scope: "routes" } as const;
    const { text } = CITUS.summaryPeriods.selectGroups(set, CITUS.space.selectTableSizes());
    expect(text).toMatch(/GROUP BY hour, metric, route\)/);
  });
});

describe("the versions of summaries on Citus", () => {
  const versions = (table: string): number =>
    Number(store.value("SELECT sum(version) FROM summary_versions WHERE summary_table = ?", table));

  it("change again once the nodes have committed, for readers that saw them before", async () => {
    await fill();
    const tables = ["web_vitals_five_minutes", "web_vitals_five_minutes_totals"];
    const before = tables.map(versions);
    await store.ingest(measurement({ id: "late" }));
    const { database } = store;
    const on = { ...database, read: { ...database.read, engine: CITUS } };
    expect(await foldBatch(on, 10, RETENTION, NOW)).toBe(1);
    expect(tables.map(versions).map((sum, i) => sum - (before[i] ?? 0))).toEqual([2, 1]);
  });
});

describe("the tables that db:distribute distributes", () => {
  const names = DISTRIBUTED.map(({ table }) => table);
  const catalogue = (query: string): Array<Record<string, unknown>> => store.rows(query);

  it("have the column in every unique index", () => {
    for (const { table, column } of DISTRIBUTED) {
      const unique = catalogue(
        `SELECT index.indexrelid::regclass::text AS name,
          (SELECT json_agg(attname) FROM pg_attribute
            WHERE attrelid = index.indrelid AND attnum = ANY (index.indkey::int2[])) AS columns
          FROM pg_index AS index WHERE indisunique AND indrelid = '${table}'::regclass`,
      );
      expect(unique, table).toHaveLength(1);
      for (const { name, columns } of unique) expect(columns, String(name)).toContain(column);
    }
  });

  it("have no foreign keys, triggers or sequences", () => {
    const list = names.map((name) => `'${name}'::regclass`).join(", ");
    expect(
      catalogue(
        `SELECT conname FROM pg_constraint WHERE contype = 'f' AND (conrelid IN (${list}) OR confrelid IN (${list}))`,
      ),
    ).toEqual([]);
    expect(
      catalogue(`SELECT attname FROM pg_attribute
        WHERE attrelid IN (${list}) AND attnum > 0 AND (attidentity <> '' OR atthasdef)`),
    ).toEqual([]);
    expect(
      catalogue(
        `SELECT tgname FROM pg_trigger WHERE tgrelid IN (${list}) AND tgname NOT LIKE 'truncate_trigger%'`,
      ),
    ).toEqual([]);
  });
});

/** Whether TEST_DATABASE_URL names a database that has the extension. */
const hasCitus = await (async () => {
  const given = inject("givenDatabase") ?? null;
  if (given === null) return false;
  const client = new pg.Client({ connectionString: given });
  await client.connect();
  const { rowCount } = await client.query("SELECT 1 FROM pg_extension WHERE extname = 'citus'");
  await client.end();
  return rowCount === 1;
})();

describe.runIf(hasCitus)("distributeTables on Citus", () => {
  const distributed = () => store.rows("SELECT 1 FROM pg_dist_partition WHERE partmethod = 'h'").length;

  it("distributes tables with the rows that they have, and goes on where it was stopped", async () => {
    for (const { table } of DISTRIBUTED.toReversed()) {
      if (store.rows(`SELECT 1 FROM pg_dist_partition WHERE logicalrelid = '${table}'::regclass`).length > 0)
        store.exec(`SELECT undistribute_table('${table}'::regclass)`);
    }
    await fill();
    const before = await groups(store.database.read);
    const stopped = distributeTables(store.url, (table) => {
      if (table === "web_vitals_hourly") throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(distributed()).toBe(2);
    const names = DISTRIBUTED.map(({ table }) => table);
    const listed = store.value<number>("SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards");
    const nodes = Math.max(1, listed);
    const rest = { distributed: names.slice(2), before: names.slice(0, 2), nodes };
    expect(await distributeTables(store.url)).toEqual(rest);
    expect(await distributeTables(store.url)).toEqual({ distributed: [], before: names, nodes });
    // A setting in the database overrides the four for each node.
    const [chosen] = store.rows<{ source: string; setting: string }>(
      "SELECT source, setting FROM pg_settings WHERE name = 'citus.shard_count'",
    );
    const shards = chosen?.source === "default" ? 4 * nodes : Number(chosen?.setting);
    expect(
      store.rows("SELECT DISTINCT shard_count FROM citus_tables WHERE citus_table_type = 'distributed'"),
    ).toEqual([{ shard_count: shards }]);

    const other = await store.alsoOpen();
    expect(other.database.read.engine).toBe(CITUS);
    expect(await groups(other.database.read)).toEqual(before);
    expect(other.value("SELECT count(*) FROM web_vitals_raw WHERE folded_value = value")).toBe(400);
    const sizes = await selectTableSizes(other.database.read);
    // The shell of a table has nothing but its index's first page.
    expect(sizes.get("web_vitals_raw")).toBeGreaterThan(400 * 100);
    expect(sizes.get("web_vitals_daily_totals")).toBeGreaterThan(0);
    await other.close();
  });
});
