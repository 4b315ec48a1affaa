import { monotonic } from "../platform/clock.server";
import type { TransactionKind } from "./database-contract";
import type { Script, ScriptResult, Step } from "./script";
import type { Statements } from "./statements.server";

/** A step changed another number of rows than it must. */
class RefusedError extends Error {
  override name = "RefusedError";
}

/** Runs the steps of a script in a transaction. */
export async function runSteps(
  tx: Statements,
  steps: readonly Step[],
  changed: number[] = [],
): Promise<void> {
  for (const { name, statement, changes } of steps) {
    const count = await tx.execute(name, statement);
    changed.push(count);
    if (changes !== null && count !== changes) throw new RefusedError(name);
  }
}

/** A script by transactions whose statements run one by one. */
export async function scriptByTransaction(
  transaction: <T>(kind: TransactionKind, work: (tx: Statements) => Promise<T>) => Promise<T>,
  kind: TransactionKind,
  { steps }: Script,
): Promise<ScriptResult> {
  let startedAt = 0;
  let changed: number[] = [];
  const result = (refusedBy: string | null): ScriptResult => ({
    refusedBy,
    changed,
    ms: monotonic() - startedAt,
    othersVersion: null,
  });
  try {
    await transaction(kind, async (tx) => {
      startedAt = monotonic();
      changed = [];
      await runSteps(tx, steps, changed);
    });
  } catch (error) {
    if (error instanceof RefusedError) return result(error.message);
    throw error;
  }
  return result(null);
}
