import { mkdirSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { Sql } from "@prisma/client/runtime/client";
import { BUSY_TIMEOUT, whenNotBusy } from "./busy.server";
import { PrismaClient } from "./generated/sqlite/client";
import { applyMigrations } from "./migrations.server";
import { type Statements, statementsOn } from "./statements.server";
import { WriteQueue } from "./write-queue";

/**
 * An open database with the newest schema. Reads never wait for writes. Writes of this process run one after the other
 * on a connection of their own, and wait for those of other processes.
 */
export type Database = {
  read: Statements;
  /** Single statements, durable when the promise is fulfilled. */
  write: Statements;
  /**
   * Several statements, all of them or none; durable when the promise is fulfilled. The first must be a
   * write (or `acquireWriterLock`): SQLite gives the write lock to a transaction only at its first write, and
   * fails with SQLITE_BUSY_SNAPSHOT when the transaction has read an older state before
   * (https://www.sqlite.org/rescode.html#busy_snapshot).
   */
  transaction<T>(priority: "urgent" | "background", work: (tx: Statements) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** A longer transaction is rolled back; in ms. Only one that hangs lasts so long. */
const TRANSACTION_TIMEOUT = 120_000;

const PRAGMAS = ["journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"];

/** `whenNotBusy` waits instead: SQLite would block the event loop. */
const WRITER_PRAGMAS = [...PRAGMAS, "busy_timeout=0"];
const READER_PRAGMAS = [...PRAGMAS, "query_only=ON"];

/** The absolute path of a `file:` URL. */
export function sqlitePath(url: string): string {
  const path = url.replace(/^file:(\/\/)?/, "");
  return isAbsolute(path) ? path : resolve(path);
}

async function connect(path: string, pragmas: string[]): Promise<PrismaClient> {
  const adapter = new PrismaBetterSqlite3({ url: `file:${path}`, timeout: BUSY_TIMEOUT });
  const client = new PrismaClient({ adapter });
  for (const pragma of pragmas) await client.$queryRaw(new Sql([`PRAGMA ${pragma}`], []));
  return client;
}

/**
 * Opens the database at `url`, and creates or migrates it as needed.
 * @throws MigrationError when this version can't use its schema
 * @throws Error when the file can't be opened
 */
export async function openDatabase(url: string): Promise<Database> {
  const path = sqlitePath(url);
  mkdirSync(dirname(path), { recursive: true });
  await applyMigrations(path);
  const writer = await connect(path, WRITER_PRAGMAS);
  const reader = await connect(path, READER_PRAGMAS);
  const queue = new WriteQueue();
  const direct = statementsOn(writer);
  const write = <T>(priority: "urgent" | "background", work: () => Promise<T>): Promise<T> =>
    queue.run(priority, () => whenNotBusy(work));
  return {
    read: statementsOn(reader),
    write: {
      query: (name, row, statement) => write("urgent", () => direct.query(name, row, statement)),
      execute: (name, statement) => write("urgent", () => direct.execute(name, statement)),
    },
    transaction: (priority, work) =>
      write(priority, () =>
        writer.$transaction((tx) => work(statementsOn(tx)), {
          maxWait: TRANSACTION_TIMEOUT,
          timeout: TRANSACTION_TIMEOUT,
        }),
      ),
    close: () =>
      queue.run("background", async () => {
        await reader.$disconnect();
        await writer.$disconnect();
      }),
  };
}
