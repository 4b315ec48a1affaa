import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqliteUrl } from "../../app/platform/sqlite-url";
import { openDatabase } from "../../app/storage/database.server";
import { MigrationError } from "../../app/storage/migrations";
import { sqlitePath } from "../../app/storage/sqlite/database.server";
import { applyMigrations } from "../../app/storage/sqlite/migrations.server";
import { nodeProgram, PROJECT_ROOT } from "../support/node-bundle";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const MIGRATIONS = join(PROJECT_ROOT, "prisma", "sqlite", "migrations");
const NAMES = readdirSync(MIGRATIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

let folder: TemporaryFolder;
let path: string;
/** A copy of the migrations, for tests that change them. */
let copy: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "vitals.db");
  copy = join(folder.path, "migrations");
  cpSync(MIGRATIONS, copy, { recursive: true });
});
afterEach(() => folder.remove());

function query<Row>(statement: string, file = path): Row[] {
  const database = new SQLite(file);
  try {
    return database.prepare(statement).all() as Row[];
  } finally {
    database.close();
  }
}

const change = (statement: string): void => {
  const database = new SQLite(path);
  database.exec(statement);
  database.close();
};

const schema = (): string[] =>
  query<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").map(
    ({ sql }) => sql,
  );

const addMigration = (name: string, script: string): void => {
  mkdirSync(join(copy, name));
  writeFileSync(join(copy, name, "migration.sql"), script);
};

const apply = (from = copy): Promise<void> => applyMigrations(path, { folder: from });

describe("applyMigrations on a new database", () => {
  it("applies all migrations by name, and records them as Prisma does", async () => {
    const before = Date.now();
    await applyMigrations(path);
    const rows = query<Record<string, unknown>>("SELECT * FROM _prisma_migrations ORDER BY migration_name");
    expect(rows.map((row) => row.migration_name)).toEqual(NAMES);
    for (const row of rows) {
      const file = join(MIGRATIONS, String(row.migration_name), "migration.sql");
      expect(row).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
        checksum: createHash("sha256").update(readFileSync(file)).digest("hex"),
        migration_name: row.migration_name,
        started_at: expect.any(Number),
        finished_at: expect.any(Number),
        applied_steps_count: 1,
        logs: null,
        rolled_back_at: null,
      });
      expect(Math.abs(Number(row.finished_at) - before)).toBeLessThan(60_000);
    }
    expect(new Set(rows.map((row) => row.id)).size).toBe(NAMES.length);
    expect(query<{ journal_mode: string }>("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
  });

  it("changes nothing the next time", async () => {
    await apply();
    const before = [schema(), query("SELECT * FROM _prisma_migrations")];
    await apply();
    expect([schema(), query("SELECT * FROM _prisma_migrations")]).toEqual(before);
  });

  it("creates file and folder at absolute and relative paths, and with blanks", async () => {
    expect(sqlitePath("file:/var/lib/vitals.db")).toBe("/var/lib/vitals.db");
    expect(sqlitePath("file:///var/lib/vitals.db")).toBe("/var/lib/vitals.db");
    expect(sqlitePath("file:./data/vitals.db")).toBe(join(process.cwd(), "data", "vitals.db"));
    expect(sqlitePath("file:vitals.db")).toBe(join(process.cwd(), "vitals.db"));
    const file = join(folder.path, "some where", "deep %41", "vitals.db");
    const database = await openDatabase(sqliteUrl(file));
    await database.close();
    expect(query("SELECT 1 FROM web_vitals_raw", file)).toEqual([]);
  });
});

describe("applyMigrations on an older database", () => {
  it("applies new migrations, and retains the data", async () => {
    await apply();
    change("INSERT INTO routes VALUES ('/a', 1, 2, 3, 4)");
    addMigration("20990101000000_more", `ALTER TABLE "routes" ADD COLUMN "more" TEXT NOT NULL DEFAULT 'x';`);
    await apply();
    expect(query("SELECT route, more FROM routes")).toEqual([{ route: "/a", more: "x" }]);
    expect(query("SELECT migration_name FROM _prisma_migrations")).toHaveLength(NAMES.length + 1);
  });

  it("changes nothing when a migration fails in the middle", async () => {
    await apply();
    const before = schema();
    addMigration("20990101000000_good", `CREATE TABLE "good" ("a" TEXT);`);
    addMigration("20990102000000_bad", `CREATE TABLE "half" ("a" TEXT); INSERT INTO "nowhere" VALUES (1);`);
    await expect(apply()).rejects.toThrow(MigrationError);
    await expect(apply()).rejects.toThrow(
      /^The migration 20990102000000_bad can't be applied to .* \(no such table: nowhere\)\. Nothing was changed\.$/,
    );
    expect(schema()).toEqual(before);
    expect(query("SELECT migration_name FROM _prisma_migrations")).toHaveLength(NAMES.length);

    rmSync(join(copy, "20990102000000_bad"), { recursive: true });
    await apply();
    expect(schema()).toEqual(expect.arrayContaining([`CREATE TABLE "good" ("a" TEXT)`]));
  });

  it("applies a migration again that Prisma rolled back", async () => {
    await apply();
    addMigration("20990101000000_more", `CREATE TABLE "more" ("a" TEXT);`);
    change(`INSERT INTO _prisma_migrations (id, checksum, migration_name, rolled_back_at, started_at)
      VALUES ('x', 'y', '20990101000000_more', 1, 1)`);
    await apply();
    expect(query("SELECT 1 FROM more")).toEqual([]);
  });
});

describe("applyMigrations rejects a database", () => {
  const refused = async (message: RegExp): Promise<void> => {
    const before = [schema(), query("SELECT * FROM _prisma_migrations")];
    await expect(apply()).rejects.toThrow(MigrationError);
    await expect(apply()).rejects.toThrow(message);
    expect([schema(), query("SELECT * FROM _prisma_migrations")]).toEqual(before);
  };

  it("of a newer version", async () => {
    addMigration("20990101000000_future", `CREATE TABLE "future" ("a" TEXT);`);
    await apply();
    rmSync(join(copy, "20990101000000_future"), { recursive: true });
    await refused(
      /belongs to a newer version \(this one does not know its migration 20990101000000_future\)/,
    );
  });

  it("whose migration changed afterwards", async () => {
    await apply();
    const [first = ""] = NAMES;
    writeFileSync(join(copy, first, "migration.sql"), "-- changed\n");
    await refused(new RegExp(`^The migration ${first} changed after it was applied to .*vitals\\.db\\.$`));
  });

  it("with an unfinished migration", async () => {
    await apply();
    change("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '20261101%'");
    await refused(/^The migration 20261101000000_measurements of .* is unfinished/);
  });

  it("that is no database", async () => {
    writeFileSync(path, "this is not a database, however long it is. ".repeat(100));
    await expect(apply()).rejects.toThrow(/is not a SQLite database/);
    expect(readFileSync(path, "utf8")).toContain("this is not a database");
  });
});

describe("applyMigrations on a new file that another program locks", () => {
  // What another start does to it: it makes a write-ahead log, or it migrates.
  it.each(["BEGIN EXCLUSIVE", "PRAGMA journal_mode=WAL; BEGIN IMMEDIATE"])("waits for %s", async (hold) => {
    const other = new SQLite(path);
    other.exec(hold);
    const applying = apply();
    let settled = false;
    void applying.finally(() => {
      settled = true;
    });
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    other.exec("ROLLBACK");
    await applying;
    other.close();
    expect(query("SELECT migration_name FROM _prisma_migrations")).toHaveLength(NAMES.length);
  });
});

describe("applyMigrations in several processes", () => {
  const children = new Set<ReturnType<typeof spawn>>();
  let program: string;
  beforeAll(async () => {
    program = await nodeProgram(
      "migrate",
      `import { openDatabase } from "app/storage/database.server";
       process.stdout.write("ready");
       process.stdin.once("data", async () => {
         const database = await openDatabase(process.argv[2]);
         await database.close();
         process.exit(0);
       });`,
    );
  });
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    children.clear();
  });
  afterAll(() => rmSync(program, { force: true }));

  it("migrates a new file once when all start at once", async () => {
    const started = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const child = spawn(process.execPath, [program, `file:${path}`], { stdio: ["pipe", "pipe", "pipe"] });
        children.add(child);
        let stderr = "";
        child.stderr.on("data", (chunk) => {
          stderr += chunk;
        });
        // "exit" may precede the last output; "close" does not.
        const exit = once(child, "close").then(([code]) => ({ code, stderr }));
        await once(child.stdout, "data");
        return { child, exit };
      }),
    );
    for (const { child } of started) child.stdin.write("go");
    for (const { exit } of started) expect(await exit).toEqual({ code: 0, stderr: "" });
    const rows = query<{ migration_name: string }>(
      "SELECT migration_name FROM _prisma_migrations ORDER BY 1",
    );
    expect(rows.map((row) => row.migration_name)).toEqual(NAMES);
  });
});

describe("migration delivery_type", () => {
  it("leaves folded prerendered loads in the summaries of loads", async () => {
    const last = NAMES.filter((name) => name >= "20261128000000_delivery_type");
    for (const name of last) rmSync(join(copy, name), { recursive: true });
    await apply();
    const insert = (id: string, folded: string): void =>
      change(`INSERT INTO web_vitals_raw (id, metric, value, folded_value, route, build_version, device,
        navigation_type, received_at, stored_at)
        VALUES ('${id}', 'LCP', 7, ${folded}, '/', '1', 'mobile', 'prerender', 1, 1)`);
    insert("counted", "7");
    insert("waiting", "NULL");
    await apply(MIGRATIONS);
    expect(query("SELECT id, navigation_type AS type FROM web_vitals_raw_unmoved ORDER BY id")).toEqual([
      { id: "counted", type: null },
      { id: "waiting", type: "prerender" },
    ]);
  });
});
