import { type Sql, sql } from "../sql";

export const sqliteWriterLock = {
  /** A write: SQLite gives the lock of the whole file with it, until the transaction ends. */
  acquire: (name: "fold" | "commit", at: number): Sql =>
    sql`UPDATE writer_lock SET taken_at = ${at} WHERE name = ${name}`,
};
