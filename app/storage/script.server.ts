import { monotonic } from "../platform/clock.server";
import type { TransactionKind } from "./database-contract";
import type { Engine } from "./engine";
import type { Sql } from "./sql";
import type { Statements } from "./statements.server";

/** A statement of a script. Where it changes another number of rows than `changes`, nothing of the script is written. */
export type Step = { name: string; statement: Sql; changes: number | null };

/** Statements of one transaction that are all known before it begins: no result decides what comes next. */
export class Script {
  readonly steps: Step[] = [];

  constructor(readonly engine: Engine) {}

  /** @param changes how many rows it must change; `null` for any number */
  execute(name: string, statement: Sql, changes: number | null = null): void {
    this.steps.push({ name, statement, changes });
  }
}

export type ScriptResult = {
  /** The step that changed another number of rows than it must: nothing is written then; `null` when all is. */
  refusedBy: string | null;
  /** How many rows each step changed, up to one that refused. */
  changed: readonly number[];
  /** From the moment at which it had the write lock, or its first statement began, to its end, in ms. */
  ms: number;
  /**
   * A number that differs from the one of the script before when another process has committed since; `null` where its
   * commits wait for nobody.
   */
  othersVersion: number | null;
};

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
