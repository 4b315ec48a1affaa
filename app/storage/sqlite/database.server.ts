import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { Sql } from "@prisma/client/runtime/client";
import { EnvironmentError } from "../../platform/env.server";
import { parseSqliteUrl } from "../../platform/sqlite-url";
import type { Database, OpenOptions } from "../database-contract";
import { PrismaClient } from "../generated/sqlite/client";
import { statementsOn } from "../statements.server";
import { BUSY_TIMEOUT, whenNotBusy } from "./busy.server";
import { DamageWatch } from "./damage.server";
import { prepareFile, restrictFile } from "./database-file.server";
import { SQLITE } from "./engine";
import { DamagedDatabaseError, sqliteCode, sqliteMessage } from "./errors";
import { applyMigrations } from "./migrations.server";
import { WriteQueue } from "./write-queue";

/** A longer transaction is rolled back; in ms. Only one that hangs lasts so long. */
const TRANSACTION_TIMEOUT = 120_000;

const PRAGMAS = ["journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"];

/** `whenNotBusy` waits instead: SQLite would block the event loop. */
const WRITER_PRAGMAS = [...PRAGMAS, "busy_timeout=0"];
const READER_PRAGMAS = [...PRAGMAS, "query_only=ON"];

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
    return openFile(await connect(path, WRITER_PRAGMAS), await connect(path, READER_PRAGMAS), path);
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

function openFile(writer: PrismaClient, reader: PrismaClient, path: string): Database {
  const queue = new WriteQueue();
  const damage = new DamageWatch(path);
  const direct = statementsOn(writer, SQLITE, damage.onFailure);
  const write = <T>(priority: "urgent" | "background", work: () => Promise<T>): Promise<T> =>
    queue.run(priority, async () => {
      if (damage.found) throw new DamagedDatabaseError();
      return whenNotBusy(work);
    });
  return {
    read: statementsOn(reader, SQLITE, damage.onFailure),
    write: {
      engine: SQLITE,
      query: (name, row, statement) => write("urgent", () => direct.query(name, row, statement)),
      execute: (name, statement) => write("urgent", () => direct.execute(name, statement)),
    },
    transaction: (priority, work) =>
      write(priority, () =>
        writer.$transaction((tx) => work(statementsOn(tx, SQLITE, damage.onFailure)), {
          maxWait: TRANSACTION_TIMEOUT,
          timeout: TRANSACTION_TIMEOUT,
        }),
      ),
    isDamaged: () => damage.found,
    close: () =>
      queue.run("background", async () => {
        await reader.$disconnect();
        await writer.$disconnect();
      }),
  };
}
