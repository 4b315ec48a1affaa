import { join } from "node:path";
import SQLite from "better-sqlite3";
import { type CardinalityLimits, createCappedStore } from "../../app/ingest/cardinality-limits.server";
import { GroupCommit } from "../../app/ingest/group-commit";
import { closeNextPeriod } from "../../app/rollup/close-periods.server";
import { foldBatch } from "../../app/rollup/fold.server";
import { Pace } from "../../app/rollup/pace";
import { applyRetention } from "../../app/rollup/retention.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY } from "../../app/vitals/time";
import { checkedDatabase, type StatementListener } from "./checked-statements";
import { NOW } from "./measurements";
import { temporaryFolder } from "./temporary-folder";

/** The default retention, in ms. */
export const RETENTION = { raw: 7 * DAY, fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY } as const;

export const LIMITS: CardinalityLimits = { maxRoutes: 1000, maxNewBuildsPerDay: 50 };

export type StoreOptions = {
  /** An existing database file. */
  path?: string;
  limits?: CardinalityLimits;
  retention?: Record<keyof typeof RETENTION, number>;
  /** Initial time of the clock, in ms since the epoch. */
  at?: number;
  /** Sees the rows of every statement. */
  onStatement?: StatementListener;
};

/**
 * The write side of a cockpit process, on a real database file and with a clock that a test sets; schemas check all rows. A second store on the
 * same path acts as another process.
 */
export class Store {
  /** Current time of the clock, in ms since the epoch. */
  at: number;
  readonly #buffer: GroupCommit;
  readonly #pace = new Pace();
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

  /** Opens the same database like another process. */
  alsoOpen(options: Omit<StoreOptions, "path"> = {}): Promise<Store> {
    return Store.open({ ...this.options, at: this.at, ...options, path: this.path });
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
    return foldBatch(this.database, batchSize, this.options.retention, this.at, onMissing, this.#pace);
  }

  /** Closes all hours and days that are over at a time (ms); returns their number. */
  async closePeriods(at = this.at): Promise<number> {
    let closed = 0;
    while (await closeNextPeriod(this.database, at, this.#pace)) closed += 1;
    return closed;
  }

  expire(): Promise<number> {
    return applyRetention(this.database, this.options.retention, this.at);
  }

  /** A separate connection, like an operator's `sqlite3`. */
  get sql(): SQLite.Database {
    this.#sql ??= new SQLite(this.path, { timeout: 60_000 });
    return this.#sql;
  }

  rows<Row>(statement: string, ...parameters: unknown[]): Row[] {
    return this.sql.prepare(statement).all(...parameters) as Row[];
  }

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
