import { PrismaClientKnownRequestError } from "@prisma/client/runtime/client";
import { adapterCause, BusyError, DatabaseGoneError } from "../database-errors";

/**
 * The SQLSTATE of an error of PostgreSQL, such as `40001`; `null` for errors of other origins.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function sqlState(error: unknown): string | null {
  const { originalCode } = adapterCause(error);
  const code = originalCode ?? ((error ?? {}) as { code?: unknown }).code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^P[12]/.test(code) ? code : null;
}

/** PostgreSQL's own message where there is one: the adapter's is only a kind. */
export function postgresqlMessage(error: unknown): string {
  const { originalMessage } = adapterCause(error);
  if (typeof originalMessage === "string") return originalMessage;
  return error instanceof Error ? error.message : String(error);
}

/** Two transactions that can't both succeed: one of them is repeated. */
export const isConflict = (error: unknown): boolean => /^40(?:001|P01)$/.test(sqlState(error) ?? "");

/** The server shuts down, starts, or ends a connection; broken connections; and too many of them. */
const GONE = /^(?:57P0[1-5]|08...|53300)$/;

/**
 * Citus, where a node ends a connection within a transaction; its SQLSTATE is that of an internal error.
 * @see https://github.com/citusdata/citus/blob/v13.2.2/src/backend/distributed/transaction/remote_transaction.c
 */
const NODE_GONE = /^failure on connection marked as essential/;

/** Kinds that Prisma's adapter gives to errors of the network. */
const GONE_KINDS: readonly unknown[] = [
  "DatabaseNotReachable",
  "SocketTimeout",
  "ConnectionClosed",
  "TlsConnectionError",
  "TooManyConnections",
];

/** Prisma's own codes for the same, and for a pool or a transaction that waited for too long. */
const GONE_CODES: readonly string[] = ["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"];

function isGone(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return GONE.test(state) || NODE_GONE.test(postgresqlMessage(error));
  if (GONE_KINDS.includes(adapterCause(error).kind)) return true;
  // A connection that breaks is a plain Error ("Connection terminated unexpectedly").
  return !(error instanceof PrismaClientKnownRequestError) || GONE_CODES.includes(error.code);
}

/**
 * The error that the rest of the program gets for the failure of a statement, of a transaction's begin or of its end.
 * @param error one that Prisma or the adapter threw
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
