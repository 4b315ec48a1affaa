import { type Statements, sql } from "./statements.server";

/**
 * Takes the database's write lock as the first statement of a transaction that reads before it writes, so
 * that no other process can change what it reads.
 */
export async function takeWriterLock(tx: Statements, name: "fold" | "commit", at: number): Promise<void> {
  await tx.execute("takeWriterLock", sql`UPDATE writer_lock SET taken_at = ${at} WHERE name = ${name}`);
}
