import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { z } from "zod";
import { EnvironmentError } from "../../platform/env.server";
import { log } from "../../platform/log.server";
import type { AppliedMigration } from "../migrations";
import { whenNotBusy } from "./busy.server";
import { isDamage, sqliteMessage } from "./errors";

/** The file is not a database that this cockpit may use; the message names the remedy. The file is unchanged. */
export class DatabaseFileError extends Error {
  override name = "DatabaseFileError";
  constructor(
    message: string,
    readonly kind: "foreign" | "not-sqlite" | "damaged",
  ) {
    super(message);
  }
}

/** "VCpt", in the header of every database of the cockpit (https://www.sqlite.org/pragma.html#pragma_application_id). */
export const APPLICATION_ID = 0x56437074;

/** Only the user of the process may read the file: it has the hash of the password, and a secret that signs cookies. */
export const FILE_MODE = 0o600;

/** A new folder of the database, for the same reason. */
const FOLDER_MODE = 0o700;

/** How long a start waits for a program that locks the file, in ms. */
const LOCK_TIMEOUT = 60_000;

/** First bytes of every SQLite database, and offset of `application_id` (https://www.sqlite.org/fileformat.html#the_database_header). */
const MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const HEADER_LENGTH = 100;
const APPLICATION_ID_OFFSET = 68;

/** The part of the adapter's connection that reads. */
type SqlQueryable = Pick<Awaited<ReturnType<PrismaBetterSqlite3["connect"]>>, "queryRaw">;

export type FileCheck = {
  /** `null` for a database without tables. */
  appliedMigrations: readonly AppliedMigration[] | null;
  /** 0 where the header has none. */
  applicationId: number;
  userVersion: number;
};

/**
 * Creates the folder and the file of a database that does not exist yet, both for this user alone.
 * @throws EnvironmentError when the path can't be one of a file that can be written
 */
export function prepareFile(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new EnvironmentError(`DATABASE_URL names a folder (${path}); it must name a file.`);
    }
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    else closeSync(openSync(path, "a", FILE_MODE));
    accessSync(dirname(path), constants.R_OK | constants.W_OK);
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new EnvironmentError(`DATABASE_URL names ${path}, which can't be written: ${reason}.`, {
      cause: error,
    });
  }
}

/** Removes the permissions of other users. SQLite gives its two side files the mode of the database. */
export function restrictFile(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    if (mode === undefined || (mode & 0o077) === 0) continue;
    try {
      chmodSync(file, mode & 0o700);
      log().info({ file }, "other users of this machine can no longer read the database");
    } catch (err) {
      log().warn({ err, file }, "other users of this machine can read the database, and with it its secrets");
    }
  }
}

/**
 * Checks a database file before anything is written to it: whether it is one, is the cockpit's, and is intact. Reads
 * only, over a connection that can't write.
 * @param quickCheck whether to read the whole file (https://www.sqlite.org/pragma.html#pragma_quick_check)
 * @throws DatabaseFileError for the file of another program, and for a damaged one
 * @throws BusyError when another program locks it for a minute
 */
export async function checkFile(path: string, { quickCheck }: { quickCheck: boolean }): Promise<FileCheck> {
  const header = readHeader(path);
  if (header.length === 0) return { appliedMigrations: null, applicationId: 0, userVersion: 0 };
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new DatabaseFileError(
      `${path} is not a SQLite database. DATABASE_URL must name a database of the cockpit, or a file that does not exist yet. ${UNCHANGED}`,
      "not-sqlite",
    );
  }
  const id = idOf(header);
  if (id !== 0 && id !== APPLICATION_ID) throw foreign(path);
  try {
    return await whenNotBusy(() => readChecked(path, id, quickCheck), LOCK_TIMEOUT);
  } catch (error) {
    if (isDamage(error)) throw damaged(path, sqliteMessage(error));
    throw error;
  }
}

const idOf = (header: Buffer): number =>
  header.length < HEADER_LENGTH ? 0 : header.readUInt32BE(APPLICATION_ID_OFFSET);

/** Whether the header of a file has the id of the cockpit's databases. */
export const hasOwnId = (path: string): boolean => idOf(readHeader(path)) === APPLICATION_ID;

/** The first bytes of a file; empty where there is none. */
function readHeader(path: string): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(HEADER_LENGTH);
    return header.subarray(0, readSync(file, header, 0, HEADER_LENGTH, 0));
  } finally {
    closeSync(file);
  }
}

const texts = z.array(z.tuple([z.string()]));
const numbers = z.array(z.tuple([z.int()]));
/** Name, checksum, and whether it is finished (0 or 1). */
const migrationRows = z.array(z.tuple([z.string(), z.string(), z.int()]));

async function readChecked(path: string, id: number, quickCheck: boolean): Promise<FileCheck> {
  const factory = new PrismaBetterSqlite3({
    url: `file:${path}`,
    readonly: true,
    fileMustExist: true,
    timeout: 0,
  });
  const connection = await factory.connect();
  try {
    const rows = async (sql: string): Promise<unknown> =>
      (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
    const tables = texts.parse(await rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"));
    // A database of an earlier version has no id; its tables identify it.
    const has = (table: string): boolean => tables.some(([name]) => name === table);
    if (tables.length > 0 && id === 0 && !has("web_vitals_raw")) throw foreign(path);
    if (quickCheck) {
      const [first] = texts.parse(await rows("PRAGMA quick_check(1)"));
      if (first?.[0] !== "ok") throw damaged(path, first?.[0] ?? "no answer");
    }
    const userVersion = numbers.parse(await rows("PRAGMA user_version"))[0]?.[0] ?? 0;
    if (!has("_prisma_migrations")) return { appliedMigrations: null, applicationId: id, userVersion };
    return { appliedMigrations: await selectApplied(connection), applicationId: id, userVersion };
  } finally {
    await connection.dispose();
  }
}

/** The migrations that Prisma's own table has, without those that were rolled back. */
export async function selectApplied(connection: SqlQueryable): Promise<AppliedMigration[]> {
  const { rows } = await connection.queryRaw({
    sql: "SELECT migration_name, checksum, finished_at IS NOT NULL FROM _prisma_migrations WHERE rolled_back_at IS NULL",
    args: [],
    argTypes: [],
  });
  return migrationRows
    .parse(rows)
    .map(([name, checksum, finished]) => ({ name, checksum, finished: finished === 1 }));
}

const UNCHANGED = "Nothing was changed.";

const foreign = (path: string): DatabaseFileError =>
  new DatabaseFileError(
    `${path} is the database of another program. DATABASE_URL must name a database of the cockpit, or a file that does not exist yet. ${UNCHANGED}`,
    "foreign",
  );

const damaged = (path: string, reason: string): DatabaseFileError =>
  new DatabaseFileError(
    `${path} is damaged (${reason.split("\n")[0]}). Restore a backup with "npm run restore -- FILE", or move the file away to begin anew. ${UNCHANGED}`,
    "damaged",
  );
