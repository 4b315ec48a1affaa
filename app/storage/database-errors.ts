/** Other writers held a lock for too long; a retry may succeed. */
export class BusyError extends Error {
  override name = "BusyError";
}

/** The server of the database can't be used now: it does not answer, restarts, or ended the connection. */
export class DatabaseGoneError extends Error {
  override name = "DatabaseGoneError";
}

/** What Prisma's adapter knows of an error of the database. */
export type AdapterCause = { kind?: unknown; originalCode?: unknown; originalMessage?: unknown };

/** The cause of a statement's failure; empty for errors of other origins. */
export function adapterCause(error: unknown): AdapterCause {
  const { name, meta } = (error ?? {}) as { name?: unknown; meta?: { driverAdapterError?: unknown } };
  // By its name: the class is in Prisma's client, which the writer thread does without.
  const failure = name === "PrismaClientKnownRequestError" ? meta?.driverAdapterError : error;
  return ((failure ?? {}) as { cause?: AdapterCause }).cause ?? {};
}
