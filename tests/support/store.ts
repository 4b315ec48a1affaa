import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import SQLite from "better-sqlite3";
import { inject } from "vitest";
import { type CardinalityLimits, createCappedStore } from "../../app/ingest/cardinality-limits.server";
import { GroupCommit } from "../../app/ingest/group-commit";
import { closeNextPeriod } from "../../app/rollup/close-periods.server";
import { foldBatch } from "../../app/rollup/fold.server";
import { type FoldSession, newFoldSession } from "../../app/rollup/fold-session.server";
import { applyRetention } from "../../app/rollup/retention.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY } from "../../app/vitals/time";
import { checkedDatabase, type StatementListener } from "./checked-statements";
import { NOW } from "./measurements";
import { borrowDatabase, returnDatabase } from "./postgresql/databases";
import { SyncClient } from "./postgresql/sync-client";
import { temporaryFolder } from "./temporary-folder";

/** The default retention, in ms. */
export const RETENTION = { raw: 7 * DAY, fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY } as const;

export const LIMITS: CardinalityLimits = { maxRoutes: 1000, maxNewBuildsPerDay: 50 };

export type StoreOptions = {
  /** An existing SQLite file. */
  path?: string;
  /** An existing database. */
  url?: string;
  limits?: CardinalityLimits;
  retention?: Record<keyof typeof RETENTION, number>;
  /** Initial time of the clock, in ms since the epoch. */
  at?: number;
  /** Sees the rows of every statement. */
  onStatement?: StatementListener;
};

/** URL of the server on which stores create databases; `null` where they use SQLite. */
const server = (): string | null => inject("postgresql") ?? null;

/** The kind of database of new stores. */
export const ENGINE = server() === null ? "sqlite" : "postgresql";

/** The table of single measurements. */
export const RAW_TABLE = ENGINE === "sqlite" ? "measurements" : "web_vitals_raw";

/** A new database. @returns its URL, and what removes it */
export async function newDatabase(): Promise<{ url: string; remove: () => Promise<void> }> {
  const on = server();
  if (on !== null) {
    const url = await borrowDatabase(on, inject("givenDatabase") ?? null);
    return { url, remove: () => returnDatabase(url) };
  }
  const folder = temporaryFolder();
  return { url: `file:${join(folder.path, "vitals.db")}`, remove: async () => folder.remove() };
}

/** A connection of its own, like an operator's `sqlite3` or `psql`. */
type Client = {
  rows<Row>(statement: string, parameters: readonly unknown[]): Row[];
  run(statement: string): void;
  close(): Promise<void>;
};

function connect(url: string): Client {
  if (url.startsWith("file:")) {
    const client = new SQLite(url.slice("file:".length), { timeout: 60_000 });
    return {
      rows: <Row>(statement: string, parameters: readonly unknown[]) =>
        client.prepare(statement).all(...parameters) as Row[],
      run: (statement) => void client.exec(statement),
      close: async () => void client.close(),
    };
  }
  const client = new SyncClient(url);
  return {
    rows: (statement, parameters) => client.query(statement, parameters),
    run: (statement) => void client.query(statement),
    close: () => client.close(),
  };
}

/**
 * The write side of a cockpit process, on a real database and with a clock that a test sets; schemas check all rows. A second store on the
 * same database acts as another process.
 */
export class Store {
  /** Current time of the clock, in ms since the epoch. */
  at: number;
  readonly #buffer: GroupCommit;
  #client: Client | null = null;
  readonly #session: FoldSession;
  #sql: SQLite.Database | null = null;

  private constructor(
    readonly url: string,
    readonly database: Database,
    readonly options: Required<Omit<StoreOptions, "path" | "url" | "onStatement">>,
    readonly removeDatabase: () => Promise<void>,
  ) {
    this.at = options.at;
    this.#session = newFoldSession(database.read);
    const store = createCappedStore(database, options.limits);
    this.#buffer = new GroupCommit({
      store: (batch) => store(batch, this.at),
      capacity: 1_000_000,
      maxBatch: 2_000,
      monotonic: () => 0,
    });
  }

  static async open({
    path,
    url = path === undefined ? undefined : `file:${path}`,
    limits = LIMITS,
    retention = RETENTION,
    at = NOW,
    onStatement,
  }: StoreOptions = {}): Promise<Store> {
    const fresh = url === undefined ? await newDatabase() : null;
    const of = url ?? fresh?.url ?? "";
    const database = checkedDatabase(await openDatabase(of), onStatement);
    return new Store(of, database, { limits, retention, at }, async () => fresh?.remove());
  }

  /** Opens the same database like another process. */
  alsoOpen(options: Omit<StoreOptions, "path" | "url"> = {}): Promise<Store> {
    return Store.open({ ...this.options, at: this.at, ...options, url: this.url });
  }

  /** The path of a SQLite file. */
  get path(): string {
    return this.url.replace(/^file:/, "");
  }

  ingest(...measurements: Measurement[]): Promise<void> {
    return this.#buffer.commit(measurements);
  }

  /** Folds all pending measurements; returns their number. */
  async fold(batchSize = 5_000): Promise<number> {
    let folded = 0;
    for (;;) {
      const count = await this.foldOnce(batchSize);
      folded += count;
      if (count < batchSize) return folded;
    }
  }

  foldOnce(batchSize: number, onMissing?: (values: number) => void): Promise<number> {
    const { retention } = this.options;
    return foldBatch(this.database, batchSize, retention, this.at, { onMissing, session: this.#session });
  }

  /** Closes all hours and days that are over at a time (ms); returns their number. */
  async closePeriods(at = this.at): Promise<number> {
    let closed = 0;
    while (await closeNextPeriod(this.database, at, this.#session.pace)) closed += 1;
    return closed;
  }

  expire(): Promise<number> {
    return applyRetention(this.database, this.options.retention, this.at);
  }

  /** A connection of its own, like an operator's `sqlite3`; only where the store is a SQLite file. */
  get sql(): SQLite.Database {
    this.#sql ??= new SQLite(this.path, { timeout: 60_000 });
    return this.#sql;
  }

  get #own(): Client {
    this.#client ??= connect(this.url);
    return this.#client;
  }

  /** Runs a statement on a connection of its own. */
  exec(statement: string): void {
    this.#own.run(statement);
  }

  /** @param statement with `?` for each parameter */
  rows<Row>(statement: string, ...parameters: unknown[]): Row[] {
    return this.#own.rows<Row>(statement, parameters);
  }

  value<Value>(statement: string, ...parameters: unknown[]): Value {
    const [row] = this.rows<Record<string, Value>>(statement, ...parameters);
    return Object.values(row ?? {})[0] as Value;
  }

  /** The names of all tables but that of the migrations. */
  tables(): string[] {
    return this.rows<{ name: string }>(
      ENGINE === "sqlite"
        ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_*' AND name <> 'sqlite_sequence'"
        : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' ORDER BY 1",
    ).map(({ name }) => name);
  }

  /** All that is stored: the bytes of SQLite's files, and the rows of PostgreSQL's tables. */
  content(): string {
    if (ENGINE === "postgresql") {
      return JSON.stringify(this.tables().map((table) => this.rows(`SELECT * FROM ${table}`)));
    }
    const folder = dirname(this.path);
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "latin1"))
      .join("");
  }

  /** The columns that may be null. */
  nullableColumns(): Array<{ owner: string; name: string }> {
    return this.rows(
      ENGINE === "sqlite"
        ? `SELECT tables.name AS owner, columns.name AS name
            FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
            WHERE tables.type = 'table' AND columns."notnull" = 0 AND tables.name NOT GLOB '[_s]*'`
        : `SELECT table_name AS owner, column_name AS name
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_nullable = 'YES'
              AND table_name NOT LIKE '\\_%' AND table_name NOT LIKE 's%'`,
    );
  }

  async close(): Promise<void> {
    await this.#buffer.close();
    this.#sql?.close();
    await this.#client?.close();
    await this.database.close();
    await this.removeDatabase();
  }
}
