import { EnvironmentError, env } from "../platform/env.server";
import { withoutSecrets } from "../platform/postgresql-url";
import { BusyError, DatabaseGoneError } from "../storage/database-errors";
import { MigrationError } from "../storage/migrations";
import { DatabaseFileError } from "../storage/sqlite/database-file.server";
import { sqliteCode, sqliteMessage } from "../storage/sqlite/errors";

/**
 * Ends the process. Prints the message of an error that the operator can fix, and the stack of any other.
 * @param program what can't start
 */
export function failToStart(program: "cockpit" | "collector", error: unknown): never {
  process.stderr.write(`The ${program} can't start.\n${reasonOf(error)}\n`);
  process.exit(1);
}

function reasonOf(error: unknown): string {
  const kinds = [EnvironmentError, DatabaseFileError, MigrationError, BusyError, DatabaseGoneError];
  if (kinds.some((kind) => error instanceof kind) && error instanceof Error) return error.message;
  const code = sqliteCode(error);
  if (code !== null) {
    return `The database ${withoutSecrets(env().DATABASE_URL)} can't be used: ${sqliteMessage(error)} (${code}).`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
