import { adapterCause } from "../database-errors";

/** The database file is damaged: nothing is written to it any more. */
export class DamagedDatabaseError extends Error {
  override name = "DamagedDatabaseError";
  constructor() {
    super("The database is damaged.");
  }
}

/** A statement failed in the writer thread; `code` is SQLite's, `null` for other failures. */
export class StatementError extends Error {
  override name = "StatementError";
  constructor(
    message: string,
    readonly code: string | null,
  ) {
    super(message);
  }
}

/** The writer thread ended while a statement was under way, which may or may not be stored; a retry may succeed. */
export class WriterLostError extends Error {
  override name = "WriterLostError";
  constructor(cause: unknown) {
    super("The writer thread ended.", { cause });
  }
}

/** The result code of SQLite, such as `SQLITE_FULL`; `null` for errors of other origins. */
export function sqliteCode(error: unknown): string | null {
  const { originalCode } = adapterCause(error);
  const code = originalCode ?? ((error ?? {}) as { code?: unknown }).code;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : null;
}

/** SQLite's own message where there is one: the adapter's is only a kind. */
export function sqliteMessage(error: unknown): string {
  const { originalMessage } = adapterCause(error);
  if (typeof originalMessage === "string") return originalMessage;
  return error instanceof Error ? error.message : String(error);
}

/** Whether SQLite reported that a file is damaged, or none of its own. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB");
}

/** Result codes of SQLite for a disk that is full or fails, and for a file that can't be written. */
const UNAVAILABLE = /^SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN)/;

/** Whether SQLite can't use its file now. */
export const isFileUnavailable = (error: unknown): boolean => UNAVAILABLE.test(sqliteCode(error) ?? "");
