import SQLite from "better-sqlite3";
import { LRUCache } from "lru-cache";
import { monotonic } from "../../platform/clock.server";
import { startStatement } from "../../platform/trace-channels";
import type { ScriptResult } from "../script";
import { whenNotBusy } from "./busy.server";
import { MOST_LOG_PAGES, MOVED_PAGES } from "./log-pages";
import { type Disk, LogSync } from "./log-sync.server";
import { type LogState, moveLog } from "./move-log.server";

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
   * @param isDurable whether the promise of its commit waits for the disk
   * @throws BusyError as `run` does
   */
  begin(options: { isDurable: boolean }): Promise<OpenTransaction>;
  /**
   * Runs a script in a transaction of its own: it has the write lock only for the work of its statements.
   * @throws BusyError as `run` does
   */
  script(script: ScriptCommands): Promise<ScriptResult>;
  /** Moves the write-ahead log when it is long: see `moveLog`. It must not run within a transaction. */
  moveLog(): Promise<void>;
  /** Whether another thread moves the write-ahead log; false from its end on. */
  readonly hasLogThread: boolean;
  close(): Promise<void>;
};

/** What a command returns, and whether it may have changed the database. */
type Result = { value: unknown; isWrite: boolean };

export type OpenTransaction = {
  run(command: Command): Promise<unknown>;
  end(how: "COMMIT" | "ROLLBACK"): Promise<void>;
};

/** The steps of a `Script`. */
export type ScriptCommands = {
  isDurable: boolean;
  steps: ReadonlyArray<{ name: string; command: Command; changes: number | null }>;
};

/** Prepared statements in the cache: there are about a hundred, some of them in several lengths. */
const MAX_PREPARED = 200;

/** Settings of every connection besides the size of its cache of pages. */
const PRAGMAS = ["journal_mode=WAL", "temp_store=MEMORY", `wal_autocheckpoint=${MOST_LOG_PAGES}`];

export type ConnectionOptions = {
  /** Memory for pages of the file, in KiB. */
  cacheKiB: number;
};

/** A reader that does without Prisma's client, whose query compiler alone has 80 MB. */
export function openDirectReader(
  path: string,
  { cacheKiB, timeout }: ConnectionOptions & { timeout: number },
): Pick<Executor, "run" | "close"> {
  const connection = new SQLite(path, { timeout });
  for (const pragma of [...PRAGMAS, `cache_size=-${cacheKiB}`, "query_only=ON"]) connection.pragma(pragma);
  const perform = statementsRunner(connection);
  return {
    run: async (command) => perform(command).value,
    close: async () => void connection.close(),
  };
}

/** Runs commands on a connection, with its prepared statements. */
function statementsRunner(connection: SQLite.Database): (command: Command) => Result {
  const prepared = new LRUCache<string, SQLite.Statement<unknown[]>>({ max: MAX_PREPARED });

  return ({ kind, sql, values }) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = connection.prepare<unknown[]>(sql);
      prepared.set(sql, statement);
    }
    const isWrite = !statement.readonly;
    const rows = statement.reader ? statement.all(...values) : null;
    if (kind === "query") return { value: rows ?? [], isWrite };
    return { value: rows?.length ?? statement.run(...values).changes, isWrite };
  };
}

/** The write connection to the file at `path`, in this thread. */
export function openExecutor(path: string, { cacheKiB }: ConnectionOptions, disk?: Disk): Executor {
  // `whenNotBusy` waits instead of SQLite, which would block the thread.
  const connection = new SQLite(path, { timeout: 0 });
  for (const pragma of [...PRAGMAS, `cache_size=-${cacheKiB}`]) connection.pragma(pragma);
  const perform = statementsRunner(connection);
  // A commit that is not synced stands in the log before all later ones, so that the next sync, of any process, makes it
  // durable too. Where the file system allows no log, SQLite syncs each commit.
  const isLogged = connection.pragma("journal_mode", { simple: true }) === "wal";
  connection.pragma(`synchronous=${isLogged ? "NORMAL" : "FULL"}`);
  // SQLite's name of the file: that of the link's target where `path` is a symbolic link.
  const [{ file }] = connection.pragma("database_list") as [{ file: string }];
  const sync = new LogSync(
    `${file}-wal`,
    () => {
      const [{ busy, log, checkpointed }] = connection.pragma("wal_checkpoint(PASSIVE)") as [LogState];
      return busy === 0 && log === checkpointed;
    },
    disk,
  );
  const onDisk = async (): Promise<void> => {
    if (isLogged) await sync.done();
  };

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };

  const transactionOf = (isDurable: boolean): OpenTransaction => ({
    run: (command) => inTurn(() => perform(command).value),
    async end(how) {
      await inTurn(() => {
        // SQLite has rolled back by itself after some failures, such as a full disk.
        if (how === "COMMIT" || connection.inTransaction) connection.exec(how);
      });
      if (isDurable && how === "COMMIT") await onDisk();
    },
  });
  const begin = (): Promise<void> => whenNotBusy(async () => void connection.exec("BEGIN IMMEDIATE"));
  return {
    moveLog: () => inTurn(() => moveLog(connection, MOVED_PAGES, () => false)),
    hasLogThread: false,
    async run(command) {
      const { value, isWrite } = await inTurn(() => whenNotBusy(async () => perform(command)));
      if (isWrite) await onDisk();
      return value;
    },
    async begin({ isDurable }) {
      await inTurn(begin);
      return transactionOf(isDurable);
    },
    async script({ isDurable, steps }) {
      const result = await inTurn(async () => {
        await begin();
        return runScript(connection, perform, steps);
      });
      if (isDurable && result.refusedBy === null) await onDisk();
      return result;
    },
    async close() {
      try {
        await inTurn(() => sync.close());
      } finally {
        await inTurn(() => void connection.close());
      }
    },
  };
}

/** Runs the steps in the open transaction, and ends it. */
function runScript(
  connection: SQLite.Database,
  perform: (command: Command) => Result,
  steps: ScriptCommands["steps"],
): ScriptResult {
  const startedAt = monotonic();
  // Changes when another connection commits: https://www.sqlite.org/pragma.html#pragma_data_version
  const othersVersion = Number(connection.pragma("data_version", { simple: true }));
  const changed: number[] = [];
  let refusedBy: string | null = null;
  try {
    for (const { name, command, changes } of steps) {
      const count = published(name, () => perform(command).value) as number;
      changed.push(count);
      if (changes === null || count === changes) continue;
      refusedBy = name;
      break;
    }
    const end = refusedBy === null ? "COMMIT" : "ROLLBACK";
    published(end, () => connection.exec(end));
  } catch (error) {
    // The first failure is the one that matters: SQLite has rolled back by itself after some, and a rollback may fail as well.
    try {
      if (connection.inTransaction) connection.exec("ROLLBACK");
    } catch {}
    throw error;
  }
  return { refusedBy, changed, ms: monotonic() - startedAt, othersVersion };
}

/** Runs a statement of a script, and publishes its start and its end. */
function published<T>(name: string, run: () => T): T {
  const end = startStatement(name);
  try {
    const result = run();
    end();
    return result;
  } catch (error) {
    end(error);
    throw error;
  }
}
