import type { Script, ScriptResult } from "./script";
import type { Statements } from "./statements.server";

/**
 * How much a transaction matters. The writes of the others wait for an `urgent` one. A `repeatable` one is of derived
 * data: on SQLite, a power failure may undo it together with everything that was written after it, and the next start
 * does it again. It need not wait for the disk while it has the write lock.
 */
export type TransactionKind = "urgent" | "background" | "repeatable";

/**
 * An open database with the newest schema. Reads never wait for writes. On SQLite, writes of this process run one
 * after the other on a connection of their own, and wait for those of other processes; after damage was met, they fail
 * with DamagedDatabaseError. On PostgreSQL they run at once, and fail with DatabaseGoneError while the server is away.
 */
export type Database = {
  read: Statements;
  /** Single statements, durable when the promise is fulfilled. */
  write: Statements;
  /**
   * Several statements, all of them or none; durable when the promise is fulfilled, unless `repeatable`. On SQLite a
   * transaction has the write lock from its beginning. On PostgreSQL `work` runs again after a conflict with another
   * transaction, so it must not depend on what an earlier run did.
   */
  transaction<T>(kind: TransactionKind, work: (tx: Statements) => Promise<T>): Promise<T>;
  /**
   * All statements of a script, or none. On SQLite it has the write lock only for their work: nothing else of this process
   * runs in between. `name` is the statement's that telemetry shows for all of them.
   */
  script(kind: TransactionKind, name: string, script: Script): Promise<ScriptResult>;
  /** Whether a statement met a damaged page of the file since it was opened; PostgreSQL repairs or reports its own. */
  isDamaged(): boolean;
  close(): Promise<void>;
};

export type OpenOptions = {
  /** Whether to check every page of the file first; costs a read of the whole file. */
  quickCheck?: boolean;
  /** How long to wait for a server that does not answer yet, in ms; the default is 10 s. */
  startTimeout?: number;
  /** The built script of the writer thread (SQLite); without it, statements write in this thread. */
  writerScript?: string;
  /** Whether to do with little memory: for a process that reads little (SQLite). */
  isLean?: boolean;
};
