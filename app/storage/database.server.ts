import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { Sql } from "@prisma/client/runtime/client";
import { EnvironmentError } from "../platform/env.server";
import { parseSqliteUrl } from "../platform/sqlite-url";
import { BUSY_TIMEOUT } from "./busy.server";
import { PrismaClient } from "./generated/sqlite/client";
import { applyMigrations } from "./migrations.server";
import { DamageWatch } from "./sqlite/damage.server";
import { prepareFile, restrictFile } from "./sqlite/database-file.server";
import { type Executor, openExecutor } from "./sqlite/executor.server";
import { writerOn } from "./sqlite/writer.server";
import { openWriterThread } from "./sqlite/writer-thread.server";
import { sqliteCode, sqliteMessage } from "./sqlite-errors";
import { type Statements, statementsOn } from "./statements.server";

/**
 * An open database with the newest schema. Reads never wait for writes. Writes of this process run one after the other
 * on a connection of their own, and wait for those of other processes.
 * After damage was met, they fail with DamagedDatabaseError.
 */
export type Database = {
  read: Statements;
  /** Single statements, durable when the promise is fulfilled. */
  write: Statements;
  /**
   * Several statements, all of them or none; durable when the promise is fulfilled. A transaction has the write lock
   * from its beginning.
   */
  transaction<T>(priority: "urgent" | "background", work: (tx: Statements) => Promise<T>): Promise<T>;
  /** Whether a statement met a damaged page of the file since it was opened. */
  isDamaged(): boolean;
  close(): Promise<void>;
};

const READER_PRAGMAS = ["journal_mode=WAL", "cache_size=-65536", "temp_store=MEMORY", "query_only=ON"];

/**
 * The absolute path of a `file:` URL.
 * @throws EnvironmentError for a URL that the cockpit can't use
 */
export function sqlitePath(url: string): string {
  const parsed = parseSqliteUrl(url);
  if ("problem" in parsed) throw new EnvironmentError(`DATABASE_URL ${parsed.problem}.`);
  // Earlier versions read the URL as the file's name, character by character: such a file must not be left behind.
  const literal = resolve(url.replace(/^file:(\/\/)?/, ""));
  const path = resolve(parsed.path);
  if (literal !== path && isFile(literal) && !existsSync(path)) {
    throw new EnvironmentError(
      `DATABASE_URL means ${path}, and the database is ${literal}: rename that file.`,
    );
  }
  return path;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

async function connect(path: string, pragmas: string[]): Promise<PrismaClient> {
  const adapter = new PrismaBetterSqlite3({ url: `file:${path}`, timeout: BUSY_TIMEOUT });
  const client = new PrismaClient({ adapter });
  for (const pragma of pragmas) await client.$queryRaw(new Sql([`PRAGMA ${pragma}`], []));
  return client;
}

export type OpenOptions = {
  /** Whether to check every page of the file first; costs a read of the whole file. */
  quickCheck?: boolean;
  /** The built script of the writer thread; without it, statements write in this thread. */
  writerScript?: string;
};

/**
 * Opens the database at `url`, and creates or migrates it as needed.
 * @throws EnvironmentError when `url` names no file that can be written
 * @throws DatabaseFileError when the file is another program's, or damaged
 * @throws MigrationError when this version can't use its schema
 * @throws BusyError when another process locks it for a minute
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const path = sqlitePath(url);
  prepareFile(path);
  try {
    await applyMigrations(path, options);
    restrictFile(path);
    const reader = await connect(path, READER_PRAGMAS);
    const { writerScript } = options;
    return openFile(
      writerScript === undefined ? openExecutor(path) : openWriterThread(writerScript, path),
      reader,
      path,
    );
  } catch (error) {
    if (sqliteCode(error) === null) throw error;
    throw new EnvironmentError(
      `DATABASE_URL names ${path}, which can't be opened: ${sqliteMessage(error)}.`,
      {
        cause: error,
      },
    );
  }
}

function openFile(executor: Executor, reader: PrismaClient, path: string): Database {
  const damage = new DamageWatch(path);
  const writer = writerOn(executor, damage);
  return {
    read: statementsOn(reader, damage.onFailure),
    write: writer.write,
    transaction: writer.transaction,
    isDamaged: () => damage.found,
    async close() {
      await writer.close();
      await reader.$disconnect();
    },
  };
}
