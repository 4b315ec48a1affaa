import { join } from "node:path";
import SQLite from "better-sqlite3";
import { type CardinalityLimits, createCappedStore } from "../../app/ingest/cardinality-limits.server";
import { GroupCommit } from "../../app/ingest/group-commit";
import { foldBatch } from "../../app/rollup/fold.server";
import { applyRetention } from "../../app/rollup/retention.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY } from "../../app/vitals/time";
import { checkedDatabase, type StatementListener } from "./checked-statements";
import { NOW } from "./measurements";
import { temporaryFolder } from "./temporary-folder";

/** The retention that a cockpit has when nothing is configured, in ms. */
export const RETENTION = { raw: 7 * DAY, fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY } as const;

export const LIMITS: CardinalityLimits = { maxRoutes: 1000, maxNewBuildsPerDay: 50 };

export type StoreOptions = {
  /** A database file that is there already. */
  path?: string;
  limits?: CardinalityLimits;
  retention?: Record<keyof typeof RETENTION, number>;
  /** The time at the beginning, in ms. */
  at?: number;
  /** Sees the rows of every statement. */
  onStatement?: StatementListener;
};

/**
 * The write side of a cockpit as one process has it, all rows checked by their schemas, on a real database file and with a clock that stands still
 * until a test moves it. Another one on the same path is another process.
 */
export class Store {
  /** The time, in ms. */
  at: number;
  readonly #buffer: GroupCommit;
  #sql: SQLite.Database | null = null;

  private constructor(
    readonly path: string,
    readonly database: Database,
    readonly options: Required<Omit<StoreOptions, "path" | "onStatement">>,
    readonly removeFolder: () => void,
  ) {
    this.at = options.at;
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
    limits = LIMITS,
    retention = RETENTION,
    at = NOW,
    onStatement,
  }: StoreOptions = {}): Promise<Store> {
    const folder = path === undefined ? temporaryFolder() : null;
    const file = path ?? join(folder?.path ?? "", "vitals.db");
    const database = checkedDatabase(await openDatabase(`file:${file}`), onStatement);
    return new Store(file, database, { limits, retention, at }, () => folder?.remove());
  }

  /** Another process on the same database. */
  alsoOpen(options: Omit<StoreOptions, "path"> = {}): Promise<Store> {
    return Store.open({ ...this.options, at: this.at, ...options, path: this.path });
  }

  /** Takes measurements as from one beacon. */
  ingest(...measurements: Measurement[]): Promise<void> {
    return this.#buffer.commit(measurements);
  }

  /** Folds until nothing is left; gives how many measurements were taken. */
  async fold(batchSize = 5_000): Promise<number> {
    let folded = 0;
    for (;;) {
      const taken = await this.foldOnce(batchSize);
      folded += taken;
      if (taken < batchSize) return folded;
    }
  }

  foldOnce(batchSize: number, onMissing?: (values: number) => void): Promise<number> {
    return foldBatch(this.database, batchSize, this.options.retention, this.at, onMissing);
  }

  expire(): Promise<number> {
    return applyRetention(this.database, this.options.retention, this.at);
  }

  /** A connection of the test's own, as an operator's `sqlite3` would be. */
  get sql(): SQLite.Database {
    this.#sql ??= new SQLite(this.path, { timeout: 60_000 });
    return this.#sql;
  }

  /** All rows of a statement of the test's own. */
  rows<Row>(statement: string, ...parameters: unknown[]): Row[] {
    return this.sql.prepare(statement).all(...parameters) as Row[];
  }

  /** The one value of a statement of the test's own. */
  value<Value>(statement: string, ...parameters: unknown[]): Value {
    return this.sql
      .prepare(statement)
      .pluck()
      .get(...parameters) as Value;
  }

  async close(): Promise<void> {
    await this.#buffer.close();
    this.#sql?.close();
    await this.database.close();
    this.removeFolder();
  }
}
