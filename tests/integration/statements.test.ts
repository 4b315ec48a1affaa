import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { projectRoot } from "../../app/platform/project-root";
import {
  deleteApiToken,
  insertApiToken,
  selectApiToken,
  selectApiTokens,
  touchApiToken,
} from "../../app/storage/api-tokens.server";
import {
  selectAttributedSamples,
  selectReceivedAtPosition,
  selectReleaseSpan,
} from "../../app/storage/attribution.server";
import {
  admitBuilds,
  admitRoutes,
  hasRoute,
  releaseRouteSlots,
  selectBuilds,
  selectBusiestRoutes,
  selectRoutes,
  vouchFor,
} from "../../app/storage/cardinality.server";
import { countAgreeingClocks, selectNewestReceived } from "../../app/storage/clock-evidence.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import {
  selectCombined,
  selectOpenPeriods,
  selectSummarizedRoutes,
  selectWrittenPeriods,
} from "../../app/storage/fold-state.server";
import { isReachable } from "../../app/storage/health.server";
import { recordImported, selectLedgerAfter } from "../../app/storage/import-ledger.server";
import {
  countPending,
  deleteMeasurements,
  deleteUnusedLabels,
  selectMeasurements,
  selectOldestPending,
} from "../../app/storage/measurements.server";
import { FIRST_POSITION } from "../../app/storage/pending";
import { selectPending } from "../../app/storage/pending-measurements.server";
import { selectReleaseSketches } from "../../app/storage/release-summaries.server";
import {
  announceRelease,
  deleteReleaseTraffic,
  deleteStaleReleases,
  selectReleaseHours,
  selectReleases,
} from "../../app/storage/releases.server";
import { integer, json, type RowSchema, rowOf, text } from "../../app/storage/row-schema";
import {
  confirmToken,
  deleteEndedSessions,
  deleteOtherSessions,
  deleteSession,
  deleteSessionsBeyond,
  insertSession,
  offerToken,
  selectSession,
  selectSessions,
  touchSession,
} from "../../app/storage/sessions.server";
import {
  deleteSetting,
  insertSetting,
  replaceSetting,
  selectSetting,
  selectSettingsUnder,
  upsertSetting,
} from "../../app/storage/settings.server";
import {
  countRows,
  countRowsBetween,
  removeFreePages,
  selectPages,
  selectSpan,
  selectTableSizes,
} from "../../app/storage/space.server";
import { sql } from "../../app/storage/sql";
import type { Statements } from "../../app/storage/statements.server";
import { deleteSummaries, deleteSummaryVersions, selectSketches } from "../../app/storage/summaries.server";
import {
  selectGroups,
  selectHourVersions,
  selectPeriodStates,
  selectSamples,
} from "../../app/storage/summary-periods.server";
import { GRAINS, SUMMARY_SETS, tableName } from "../../app/storage/summary-sets";
import { DAY, HOUR } from "../../app/vitals/time";
import { readSources } from "../architecture/source-files";
import { checkedDatabase } from "../support/checked-statements";
import { idAt, measurement, NOW } from "../support/measurements";
import { markFolded, runScript } from "../support/script";
import { ENGINE, RAW_TABLE, Store } from "../support/store";

const TABLE = "$" + "{tableName}";
const TABLES = SUMMARY_SETS.map(tableName);

type Call = { file: string; kind: "query" | "execute"; name: string };

/** The value of a constant of a file. */
function constantOf(source: ts.SourceFile, name: string): ts.Expression | undefined {
  const declared = source.statements
    .filter(ts.isVariableStatement)
    .flatMap((one) => [...one.declarationList.declarations]);
  return declared.find((one) => one.name.getText() === name)?.initializer;
}

/** The name that a call gives its statement, with `TABLE` where it names a table of summaries. */
function nameOf(source: ts.SourceFile, node: ts.Expression | undefined): string {
  if (node !== undefined && ts.isIdentifier(node)) {
    const constant = constantOf(source, node.text);
    if (constant !== undefined) return nameOf(source, constant);
  }
  if (node !== undefined && ts.isStringLiteralLike(node)) return node.text;
  if (node !== undefined && ts.isTemplateExpression(node)) {
    const [span, ...others] = node.templateSpans;
    if (others.length === 0 && span?.expression.getText().startsWith("tableName(")) {
      return node.head.text + TABLE + span.literal.text;
    }
  }
  throw new Error(
    `A statement needs a name that can be read in its source, not ${node?.getText() ?? "nothing"}.`,
  );
}

/** Every call in `app/` of a method `query` or `execute` that passes a statement. */
function callsIn(file: string, source: ts.SourceFile): Call[] {
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const kind = node.expression.name.text;
    if (kind !== "query" && kind !== "execute") return;
    calls.push({ file, kind, name: nameOf(source, node.arguments[0]) });
  };
  visit(source);
  return calls;
}

/** Hand statements on under their name and schema, or prepare a database before there are named statements. */
const FORWARDS = [
  "run-steps.server.ts",
  "sqlite/writer.server.ts",
  "postgresql/connections.server.ts",
  "postgresql/database.server.ts",
  "postgresql/migrations.server.ts",
  "postgresql/prepare.server.ts",
  "postgresql/distribute.server.ts",
  "move/target.server.ts",
].map((name) => `app/storage/${name}`);

/** Files with the statements of the other kind of database. */
const OTHER_ENGINE = `app/storage/${ENGINE === "sqlite" ? "postgresql" : "sqlite"}/`;

const calls: Call[] = [...readSources(projectRoot(), "app")].flatMap(([file, source]) =>
  FORWARDS.includes(file) ||
  [OTHER_ENGINE, "app/storage/generated/", "app/islands/"].some((folder) => file.startsWith(folder))
    ? []
    : callsIn(file, ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)),
);

/** Statements that only the other kind of database has. */
const OTHERS: readonly string[] =
  ENGINE === "sqlite"
    ? ["acquireLease", "renewLease", "releaseLease"]
    : [
        "selectPages",
        "removeFreePage",
        "addLabels",
        "selectLabelNumbers",
        "selectLabels",
        "deleteUnusedLabels",
        "scanPending",
        "checkPending",
        "markFolded",
      ];

const namesOf = (kind: Call["kind"]): string[] =>
  calls
    .filter((call) => call.kind === kind && !OTHERS.includes(call.name))
    .flatMap(({ name }) =>
      name.includes(TABLE) ? TABLES.map((table) => name.replace(TABLE, table)) : [name],
    )
    .sort();

/** All rows that each query returned, and the statements that return none. */
const rowsByQuery = new Map<string, { schema: z.ZodType; rows: Record<string, unknown>[] }>();
const executed = new Set<string>();

let store: Store;

/** A measurement in which every column that may be absent is absent. */
const BARE = measurement({
  id: "bare",
  navigationType: null,
  sequence: null,
  library: null,
  attribution: null,
  device: "bot",
  receivedAt: NOW - 2_000,
});
const PARTLY_ATTRIBUTED = measurement({
  id: "partly attributed",
  attribution: { target: "main>img", timeToFirstByte: 180, resourceLoadDelay: 1.5 },
  receivedAt: NOW - 1_000,
});
const ATTRIBUTED = measurement({
  id: idAt(NOW, 9),
  value: 0,
  // More than 32 bits: a driver may return such a number as another type.
  sequence: 2 ** 40,
  deliveryType: "navigational-prefetch",
  attribution: {
    target: "main>img",
    url: "https://shop.example/hero.avif",
    timeToFirstByte: 180,
    resourceLoadDelay: 1.5,
    resourceLoadDuration: 100,
    elementRenderDelay: 20,
  },
});

/** Sessions with each kind of token, and tokens with and without an end. */
async function runAccess({ read, write }: Database): Promise<void> {
  const session = { tokenHash: "1", credential: "c", browser: "Firefox on Linux", createdAt: NOW };
  for (const id of ["a", "b"]) await insertSession(write, { ...session, id });
  await offerToken(write, { id: "a", hash: "2", at: NOW, unlessAfter: NOW });
  await selectSession(read, "a");
  await confirmToken(write, { id: "a", hash: "2", at: NOW, previousUntil: NOW + 1 });
  await offerToken(write, { id: "b", hash: "2", at: NOW, unlessAfter: NOW });
  await touchSession(write, "a", NOW + 1);
  for (const id of ["a", "b"]) await selectSession(read, id);
  await selectSessions(read, "c");
  const token = { hash: "1", scopes: ["read", "gate"], createdAt: NOW };
  await insertApiToken(write, { ...token, id: "a", name: "ends", expiresAt: NOW + 1 }, 2);
  await insertApiToken(write, { ...token, id: "b", name: "has no end", expiresAt: null }, 2);
  await touchApiToken(write, "a", NOW);
  for (const id of ["a", "b"]) await selectApiToken(read, id);
  await selectApiTokens(read);
}

/** Runs every statement of the storage, in an order in which each query finds something. */
async function runEverything(database: Database): Promise<void> {
  const { read, write } = database;
  expect(await isReachable(database)).toBe(true);
  const hours = { table: "web_vitals_hourly", column: "hour", length: HOUR };
  await selectSpan(read, hours);
  for (const reported of [BARE, PARTLY_ATTRIBUTED, ATTRIBUTED, { ...ATTRIBUTED, value: 1 }]) {
    await store.ingest(reported);
    expect(await countPending(read, 10)).toBe(1);
    await store.fold();
  }
  await selectOpenPeriods(read);
  await store.closePeriods(NOW + 2 * DAY);
  await selectWrittenPeriods(read, "daily", [Math.floor(NOW / DAY)]);
  await store.ingest(measurement({ id: "pending", receivedAt: NOW - 3_000 }));
  await store.ingest({ ...ATTRIBUTED, value: 2 });
  await selectOldestPending(read);
  await announceRelease(
    write,
    { buildVersion: "2.5.0", announcedAt: NOW, link: "https://git.example/2.5.0" },
    NOW,
  );
  await admitRoutes(write, ["/cart", "/named-once", "/workspace/[id]"], 10, NOW, null);
  await admitBuilds(write, ["2.6.0", "2.4.1"], 10, NOW, NOW, null);
  await vouchFor(write, { routes: ["/cart"], builds: ["2.4.1"] }, NOW);
  await selectRoutes(read);
  expect(await hasRoute(read, "/cart")).toBe(true);
  await selectBusiestRoutes(read, 1_000);
  await selectBuilds(read);
  await selectReleases(read);
  await selectReleaseSpan(read, "2.4.1");
  await selectReleaseSpan(read, "2.5.0");
  await selectReleaseHours(read, 0);
  await selectHourVersions(read, 0, Math.floor(NOW / HOUR) + 1);
  await selectReleaseSketches(read, ["2.4.1"], { devices: null, navigation: null });
  const window = { from: 0, to: NOW + 1 };
  await selectMeasurements(read, window, null, 10);
  const lcp = { route: BARE.route, metric: "LCP" } as const;
  const everybody = { devices: null, navigation: null, buildVersion: null };
  await selectReceivedAtPosition(read, lcp, window, 1);
  await selectAttributedSamples(read, lcp, window, everybody, 10);
  await selectAttributedSamples(read, { ...lcp, route: "/nowhere" }, window, everybody, 10);
  for (const set of SUMMARY_SETS) {
    const periods = { ...set, from: 0, to: Math.floor(NOW / GRAINS[set.grain].length) + 1 };
    await selectPeriodStates(read, periods);
    const all = [Math.floor(NOW / GRAINS[set.grain].length)];
    await selectSummarizedRoutes(read, set, all);
    const { metric, route, device, buildVersion } = BARE;
    const key = { metric, route: set.scope === "totals" ? "" : route, device, buildVersion };
    await selectSketches(read, set, [{ ...key, period: all[0] ?? 0, navigation: "load" }]);
    const routes = set.scope === "totals" ? [""] : [BARE.route];
    await selectCombined(read, set, all, { metric: "LCP", routes });
    await selectGroups(read, periods, { ...everybody, route: null });
    await selectSamples(read, periods, { ...everybody, route: null });
  }
  await recordImported(write, { digest: "b", previous: "a", lines: 2 }, NOW);
  await selectLedgerAfter(read, "a");
  await insertSetting(write, { key: "a:b", value: "1" });
  await replaceSetting(write, { key: "a:b", from: "1", to: "2" });
  await selectSetting(read, "a:b");
  await selectSettingsUnder(read, "a:");
  await upsertSetting(write, { key: "a:b", value: "3" });
  await deleteSetting(write, "a:b");
  await runAccess(database);
  await selectNewestReceived(read);
  await countAgreeingClocks(read, { since: 0, tolerance: 1, limit: 10 });
  await selectTableSizes(read);
  await countRows(read, "releases");
  await selectSpan(read, hours);
  await countRowsBetween(read, hours, window);
  await selectPages(read);
  await markChanged(database);
  await store.ingest(measurement({ id: "never folded", receivedAt: NOW - 3_000 }));
}

/** Marks a measurement whose value changed after it was read. */
async function markChanged(database: Database): Promise<void> {
  const changing = measurement({ id: "changing", receivedAt: NOW - DAY });
  await store.ingest(changing);
  const reports = await selectPending(database.read, FIRST_POSITION, 1);
  await store.ingest({ ...changing, value: changing.value + 1 });
  expect(await markFolded(database, { reports, from: 0, to: reports.length })).toMatchObject({
    refusedBy: null,
  });
}

/** Reads of a server, which do without Prisma's client (SQLite). */
let direct: Database | null = null;

/** What both clients returned for each read, in a form in which a `bigint` is equal to its number. */
const readByBoth: Array<{ name: string; viaPrisma: unknown; viaServer: unknown }> = [];

/** Rows with numbers for `bigint` and plain arrays for bytes. */
const plain = (rows: readonly unknown[]): unknown =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row as Record<string, unknown>).map(([column, value]) => {
        if (typeof value === "bigint") return [column, Number(value)];
        return [column, value instanceof Uint8Array ? [...value] : value];
      }),
    ),
  );

/** Runs each query on both clients. */
function readingByBoth(prisma: Statements, server: Statements): Statements {
  return {
    ...prisma,
    query: async (name, schema, statement) => {
      const viaServer = plain(await server.query(name, schema, statement));
      const rows = await prisma.query(name, schema, statement);
      readByBoth.push({ name, viaPrisma: plain(rows), viaServer });
      return rows;
    },
  };
}

beforeAll(async () => {
  store = await Store.open({
    onStatement: (name, rows, schema) => {
      if (rows === null || schema === null) {
        executed.add(name);
        return;
      }
      const known = rowsByQuery.get(name) ?? { schema: schema(), rows: [] };
      rowsByQuery.set(name, known);
      known.rows.push(...(rows as Record<string, unknown>[]));
    },
  });
  if (ENGINE === "sqlite") {
    direct = checkedDatabase(await openDatabase(store.url, { isLean: true }));
    store.database.read = readingByBoth(store.database.read, direct.read);
  }
  await runEverything(store.database);
});
afterAll(async () => {
  await direct?.close();
  await store.close();
});

describe("Statements.query", () => {
  it("runs each statement of app/storage, and gets rows from it", () => {
    expect([...rowsByQuery.keys()].sort()).toEqual(namesOf("query"));
    for (const [name, { rows }] of rowsByQuery) expect(rows, name).not.toEqual([]);
  });

  it.runIf(ENGINE === "sqlite")("gets the same rows from a server's client as from Prisma's", () => {
    expect(new Set(readByBoth.map(({ name }) => name)).size).toBeGreaterThan(30);
    for (const { name, viaPrisma, viaServer } of readByBoth) expect(viaServer, name).toEqual(viaPrisma);
  });

  it("is called in app/storage only", () => {
    expect(calls.filter(({ file }) => !file.startsWith("app/storage/"))).toEqual([]);
  });

  it("has a schema that refuses unknown columns and leaves no type open", () => {
    for (const [name, { schema }] of rowsByQuery) {
      if (!(schema instanceof z.ZodObject)) throw new Error(`${name} has no schema of its columns.`);
      expect(schema.def.catchall, name).toBeInstanceOf(z.ZodNever);
      for (const [column, type] of Object.entries(schema.shape)) {
        expect(type instanceof z.ZodAny || type instanceof z.ZodUnknown, `${name}.${column}`).toBe(false);
      }
    }
  });

  it("returns null and another value in each column that may be null", () => {
    for (const [name, { schema, rows }] of rowsByQuery) {
      for (const [column, type] of Object.entries((schema as z.ZodObject).shape)) {
        if (!(type instanceof z.ZodNullable)) continue;
        const isNull = new Set(rows.map((row) => row[column] === null));
        expect([...isNull].sort(), `${name}.${column}`).toEqual([false, true]);
      }
    }
  });

  it("reads tables that hold null and another value in each column that may be null", () => {
    const columns = store.nullableColumns();
    expect(columns).toContainEqual({ owner: RAW_TABLE, name: "attribution" });
    for (const { owner, name } of columns) {
      const isNull = store.rows<{ absent: number | boolean }>(
        `SELECT DISTINCT "${name}" IS NULL AS absent FROM "${owner}" ORDER BY 1`,
      );
      expect(
        isNull.map(({ absent }) => Number(absent)),
        `${owner}.${name}`,
      ).toEqual([0, 1]);
    }
  });
});

describe("Statements.execute", () => {
  it("runs each statement of app/storage", async () => {
    const { write } = store.database;
    const after = NOW + 1_000;
    const deleted = await runScript(store.database, (script) => {
      deleteMeasurements(script, { receivedBefore: after, storedBefore: after }, 10);
      deleteUnusedLabels(script, after, 10);
      for (const set of SUMMARY_SETS) deleteSummaries(script, set, after, 10);
      deleteReleaseTraffic(script, Math.floor(after / HOUR), 10);
      deleteStaleReleases(script, { minSamples: 30, idleSince: after, goneSince: after }, 10);
      removeFreePages(script, 1);
    });
    expect(deleted.refusedBy).toBeNull();
    for (const set of SUMMARY_SETS) await deleteSummaryVersions(write, set, after);
    await releaseRouteSlots(write, { established: 30, idleSince: after, goneSince: after });
    await deleteSession(write, "a");
    await deleteSessionsBeyond(write, 10);
    await deleteEndedSessions(write, { createdBefore: 0, seenBefore: 0 });
    await deleteOtherSessions(write, "b");
    await deleteApiToken(write, "a");
    expect([...executed].sort()).toEqual(namesOf("execute"));
  });
});

describe("checkedStatements", () => {
  const one = sql`SELECT 1 AS n, 'a' AS name`;

  it.each([
    { fault: "a renamed column", schema: rowOf({ n: integer, title: text }), statement: one },
    { fault: "a column that is not listed", schema: rowOf({ n: integer }), statement: one },
    { fault: "a null", schema: rowOf({ n: integer }), statement: sql`SELECT NULL AS n` },
    { fault: "a number in place of text", schema: rowOf({ n: text }), statement: sql`SELECT 1 AS n` },
    {
      fault: "a bigint in place of a number",
      schema: rowOf({ n: z.number() }),
      statement: sql`SELECT 9007199254740993 AS n`,
    },
    {
      fault: "JSON of another shape",
      schema: rowOf({ n: json(z.array(z.int())) }),
      statement: sql`SELECT '["a"]' AS n`,
    },
    { fault: "text that is not JSON", schema: rowOf({ n: json(z.int()) }), statement: sql`SELECT 'a' AS n` },
  ])("refuses $fault", async ({ schema, statement }) => {
    const on: Statements = store.database.read;
    await expect(on.query("wrong", schema as RowSchema<unknown>, statement)).rejects.toThrow(/^wrong: /);
  });
});
