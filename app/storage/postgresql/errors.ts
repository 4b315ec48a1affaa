import { DatabaseError } from "pg";
import { BusyError, DatabaseGoneError } from "../database-errors";

/**
 * The SQLSTATE of an error of PostgreSQL, such as `40001`; `null` for errors of other origins.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export const sqlState = (error: unknown): string | null =>
  error instanceof DatabaseError ? (error.code ?? null) : null;

export const postgresqlMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Two transactions that can't both succeed: one of them is repeated. */
export const isConflict = (error: unknown): boolean => /^40(?:001|P01)$/.test(sqlState(error) ?? "");

/** The server shuts down, starts, or ends a connection; broken connections; and too many of them. */
const GONE = /^(?:57P0[1-5]|08...|53300)$/;

/**
 * Citus, where a node ends a connection within a transaction, or without a word: then the message is that of the
 * coordinator's own client library. The SQLSTATE is that of an internal error.
 * @see https://github.com/citusdata/citus/blob/v13.2.2/src/backend/distributed/transaction/remote_transaction.c
 * @see https://github.com/citusdata/citus/blob/v13.2.2/src/backend/distributed/connection/remote_commands.c
 * @see https://github.com/postgres/postgres/blob/REL_15_18/src/interfaces/libpq/fe-misc.c
 */
const NODE_GONE =
  /^(?:failure on connection marked as essential|server closed the connection unexpectedly|could not (?:receive data from|send data to) server)/;

/** An error without SQLSTATE is of the network, or of a pool that had no connection in time. */
function isGone(error: unknown): boolean {
  const state = sqlState(error);
  return state === null || GONE.test(state) || NODE_GONE.test(postgresqlMessage(error));
}

/**
 * The error that the rest of the program gets for the failure of a statement, of a transaction's begin or of its end.
 * @param error one that the driver threw
 */
export function translated(error: unknown): unknown {
  if (error instanceof BusyError || error instanceof DatabaseGoneError) return error;
  if (isConflict(error) || sqlState(error) === "55P03") {
    return new BusyError("Other processes have been writing to the database for too long.", { cause: error });
  }
  if (!isGone(error)) return error;
  return new DatabaseGoneError(`PostgreSQL can't be used now: ${postgresqlMessage(error)}`, { cause: error });
}

/** A disk that is full or fails, too little memory, a damaged page, a server that only reads. */
const UNAVAILABLE = /^(?:53...|58...|XX00[12]|25006)$/;

/** Whether the server can't do now what it was asked, although the statement is right. */
export const isServerUnavailable = (error: unknown): boolean => UNAVAILABLE.test(sqlState(error) ?? "");
