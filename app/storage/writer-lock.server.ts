import { type Statements, sql } from "./statements.server";

/**
 * Acquires the database's write lock. It must be the first statement of a transaction that reads before it writes, so
 * that no other process changes what it reads.
 */
export async function acquireWriterLock(tx: Statements, name: "fold" | "commit", at: number): Promise<void> {
  await tx.execute("acquireWriterLock", sql`UPDATE writer_lock SET taken_at = ${at} WHERE name = ${name}`);
}
