import type { Statements } from "./statements.server";

/**
 * Acquires the database's write lock. It must be the first statement of a transaction that reads before it writes, so
 * that no other process changes what it reads.
 */
export async function acquireWriterLock(tx: Statements, name: "fold" | "commit", at: number): Promise<void> {
  await tx.execute("acquireWriterLock", tx.engine.writerLock.acquire(name, at));
}
