import type { Statements } from "./statements.server";

/**
 * An open database with the newest schema. Reads never wait for writes. Writes of this process run one after the other
 * on a connection of their own, and wait for those of other processes.
 * After damage was met, they fail with DamagedDatabaseError.
 */
export type Database = {
  read: Statements;
  /** Single statements, durable when the promise is fulfilled. */
  write: Statements;
  /**
   * Several statements, all of them or none; durable when the promise is fulfilled. On SQLite a transaction
   * has the write lock from its beginning.
   */
  transaction<T>(priority: "urgent" | "background", work: (tx: Statements) => Promise<T>): Promise<T>;
  /** Whether a statement met a damaged page of the file since it was opened. */
  isDamaged(): boolean;
  close(): Promise<void>;
};

export type OpenOptions = {
  /** Whether to check every page of the file first; costs a read of the whole file. */
  quickCheck?: boolean;
  /** The built script of the writer thread (SQLite); without it, statements write in this thread. */
  writerScript?: string;
  /** Whether to do with little memory: for a process that reads little (SQLite). */
  isLean?: boolean;
};
