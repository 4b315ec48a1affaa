import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { Sql } from "@prisma/client/runtime/client";
import { EnvironmentError } from "../../platform/env.server";
import { parseSqliteUrl } from "../../platform/sqlite-url";
import type { Database, OpenOptions } from "../database-contract";
import { PrismaClient } from "../generated/sqlite/client";
import { type Statements, statementsOn } from "../statements.server";
import { BUSY_TIMEOUT } from "./busy.server";
import { DamageWatch } from "./damage.server";
import { prepareFile, restrictFile } from "./database-file.server";
import { SQLITE } from "./engine";
import { sqliteCode, sqliteMessage } from "./errors";
import { type ConnectionOptions, openDirectReader, openExecutor } from "./executor.server";
import { MOVED_PAGES, MOVED_PAGES_OF_COMMITS } from "./log-pages";
import { applyMigrations } from "./migrations.server";
import { moveMeasurements } from "./move-measurements.server";
import { clientOf, type Writer, writerOn } from "./writer.server";
import { openWriterThread } from "./writer-thread.server";

/** Memory of a connection for pages of the file, in KiB. */
const CACHE = 65_536;
const LEAN_CACHE = 16_384;

const READER_PRAGMAS = ["journal_mode=WAL", `cache_size=-${CACHE}`, "temp_store=MEMORY", "query_only=ON"];

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
    await moveMeasurements(path);
    const { writerScript, isLean = false } = options;
    const connection = { cacheKiB: isLean ? LEAN_CACHE : CACHE };
    const damage = new DamageWatch(path);
    const isServer = writerScript !== undefined;
    const reader =
      isServer || isLean ? directReader(path, damage, connection) : await prismaReader(path, damage);
    const executor = isServer
      ? openWriterThread(writerScript, path, {
          ...connection,
          movedPages: isLean ? MOVED_PAGES_OF_COMMITS : MOVED_PAGES,
        })
      : openExecutor(path, connection);
    return joined(writerOn(executor, damage), reader, damage);
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

type Reader = { read: Statements; close(): Promise<void> };

async function prismaReader(path: string, damage: DamageWatch): Promise<Reader> {
  const client = await connect(path, READER_PRAGMAS);
  return { read: statementsOn(client, SQLITE, damage.onFailure), close: () => client.$disconnect() };
}

/** Its statements stay prepared: a small one costs a fourth of what it costs through Prisma's client. */
function directReader(path: string, damage: DamageWatch, options: ConnectionOptions): Reader {
  const connection = openDirectReader(path, { ...options, timeout: BUSY_TIMEOUT });
  return { read: statementsOn(clientOf(connection), SQLITE, damage.onFailure), close: connection.close };
}

const joined = (writer: Writer, reader: Reader, damage: DamageWatch): Database => ({
  read: reader.read,
  write: writer.write,
  transaction: writer.transaction,
  script: writer.script,
  isDamaged: () => damage.found,
  async close() {
    await writer.close();
    await reader.close();
  },
});
