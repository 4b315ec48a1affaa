import SQLite from "better-sqlite3";
import { LRUCache } from "lru-cache";
import { whenNotBusy } from "./busy.server";

/** A statement's text and its values: numbers, texts, bytes and `null`. */
export type Command = { kind: "query" | "execute"; sql: string; values: readonly unknown[] };

/** Runs statements on the write connection, one after the other in the order of the calls. */
export type Executor = {
  /**
   * Runs a statement outside of a transaction; durable when the promise is fulfilled.
   * @returns rows of a `query`, the number of changed rows of an `execute`
   * @throws BusyError when another process holds the write lock for too long
   */
  run(command: Command): Promise<unknown>;
  /**
   * Begins a transaction and acquires the write lock. Nothing else may run until it has ended.
   * @throws BusyError as `run` does
   */
  begin(): Promise<OpenTransaction>;
  close(): Promise<void>;
};

export type OpenTransaction = {
  run(command: Command): Promise<unknown>;
  end(how: "COMMIT" | "ROLLBACK"): Promise<void>;
};

/** Prepared statements in the cache: there are about a hundred, some of them in several lengths. */
const MAX_PREPARED = 200;

/** `whenNotBusy` waits instead of SQLite, which would block the thread. */
export const WRITER_PRAGMAS = [
  "busy_timeout=0",
  "journal_mode=WAL",
  "synchronous=FULL",
  "cache_size=-65536",
  "temp_store=MEMORY",
];

/** The write connection to the file at `path`, in this thread. */
export function openExecutor(path: string): Executor {
  const connection = new SQLite(path, { timeout: 0 });
  for (const pragma of WRITER_PRAGMAS) connection.pragma(pragma);
  const prepared = new LRUCache<string, SQLite.Statement<unknown[]>>({ max: MAX_PREPARED });

  const perform = ({ kind, sql, values }: Command): unknown => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = connection.prepare<unknown[]>(sql);
      prepared.set(sql, statement);
    }
    if (kind === "query") return statement.reader ? statement.all(...values) : [];
    return statement.reader ? statement.all(...values).length : statement.run(...values).changes;
  };

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };

  const transaction: OpenTransaction = {
    run: (command) => inTurn(() => perform(command)),
    end: (how) =>
      inTurn(() => {
        // SQLite has rolled back by itself after some failures, such as a full disk.
        if (how === "COMMIT" || connection.inTransaction) connection.exec(how);
      }),
  };
  return {
    run: (command) => inTurn(() => whenNotBusy(async () => perform(command))),
    async begin() {
      await inTurn(() => whenNotBusy(async () => connection.exec("BEGIN IMMEDIATE")));
      return transaction;
    },
    close: () =>
      inTurn(() => {
        connection.close();
      }),
  };
}
