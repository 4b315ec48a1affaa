import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { Sql } from "@prisma/client/runtime/client";
import { EnvironmentError } from "../../platform/env.server";
import { parseSqliteUrl } from "../../platform/sqlite-url";
import type { Database, OpenOptions } from "../database-contract";
import { PrismaClient } from "../generated/sqlite/client";
import { statementsOn } from "../statements.server";
import { BUSY_TIMEOUT } from "./busy.server";
import { DamageWatch } from "./damage.server";
import { prepareFile, restrictFile } from "./database-file.server";
import { SQLITE } from "./engine";
import { sqliteCode, sqliteMessage } from "./errors";
import { type Executor, openExecutor } from "./executor.server";
import { applyMigrations } from "./migrations.server";
import { writerOn } from "./writer.server";
import { openWriterThread } from "./writer-thread.server";

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

/** See `openDatabase`. */
export async function openSqlite(url: string, options: OpenOptions): Promise<Database> {
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
    read: statementsOn(reader, SQLITE, damage.onFailure),
    write: writer.write,
    transaction: writer.transaction,
    isDamaged: () => damage.found,
    async close() {
      await writer.close();
      await reader.$disconnect();
    },
  };
}
