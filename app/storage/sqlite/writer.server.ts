import { setTimeout as sleep } from "node:timers/promises";
import type { Database, TransactionKind } from "../database-contract";
import { published, type RawClient, type Statements, statementsOn } from "../statements.server";
import type { DamageWatch } from "./damage.server";
import { SQLITE } from "./engine";
import { DamagedDatabaseError } from "./errors";
import type { Executor, OpenTransaction } from "./executor.server";
import { WriteQueue } from "./write-queue";

/** A longer transaction is rolled back; in ms. Only one that hangs lasts so long. */
const TRANSACTION_TIMEOUT = 120_000;

/** The write side of a database. */
export type Writer = {
  write: Statements;
  transaction<T>(kind: TransactionKind, work: (tx: Statements) => Promise<T>): Promise<T>;
  script: Database["script"];
  /** Waits for what is under way. */
  close(): Promise<void>;
};

/** Statements of the store as commands. */
export const clientOf = (on: Pick<Executor, "run">): RawClient => ({
  $queryRaw: <T>({ sql, values }: Parameters<RawClient["$queryRaw"]>[0]) =>
    on.run({ kind: "query", sql, values }) as Promise<T>,
  $executeRaw: ({ sql, values }) => on.run({ kind: "execute", sql, values }) as Promise<number>,
});

/** Writes through an executor, in the order of a queue; fails at once after damage was met. */
export function writerOn(executor: Executor, damage: DamageWatch): Writer {
  const queue = new WriteQueue();
  const direct = statementsOn(clientOf(executor), SQLITE, damage.onFailure);
  const whenSound = <T>(work: () => Promise<T>): Promise<T> =>
    damage.found ? Promise.reject(new DamagedDatabaseError()) : work();
  const priorityOf = (kind: TransactionKind) => (kind === "urgent" ? "urgent" : "background");
  // Where it fails, the next one tries again, and commits do it in the end.
  const moveSoon = (): void =>
    void queue.run("background", () => whenSound(() => executor.moveLog())).catch(() => {});
  return {
    write: {
      engine: SQLITE,
      query: (name, row, statement) =>
        queue.share("urgent", () => whenSound(() => direct.query(name, row, statement))),
      execute: (name, statement) =>
        queue.share("urgent", () => whenSound(() => direct.execute(name, statement))),
    },
    transaction: (kind, work) => {
      const ended = queue.run(priorityOf(kind), () =>
        whenSound(async () => {
          const transaction = await begin(executor, damage, kind !== "repeatable");
          return runTransaction(transaction, damage, work);
        }),
      );
      if (kind !== "urgent" && !executor.hasLogThread) {
        ended.then(moveSoon, () => {});
      }
      return ended;
    },
    script: async (kind, name, { steps }) => {
      const commands = steps.map(({ name, statement: { sql, values }, changes }) => ({
        name,
        command: { kind: "execute" as const, sql, values },
        changes,
      }));
      const isDurable = kind !== "repeatable";
      const result = await queue.run(priorityOf(kind), () =>
        whenSound(() =>
          published(name, damage.onFailure, () => executor.script({ isDurable, steps: commands })),
        ),
      );
      if (kind !== "urgent" && !executor.hasLogThread) moveSoon();
      return result;
    },
    close: () => queue.run("last", () => executor.close()),
  };
}

async function begin(executor: Executor, damage: DamageWatch, isDurable: boolean): Promise<OpenTransaction> {
  try {
    return await executor.begin({ isDurable });
  } catch (error) {
    damage.onFailure(error);
    throw error;
  }
}

/** Commits when `work` succeeds, and rolls back when it fails. */
async function runTransaction<T>(
  transaction: OpenTransaction,
  damage: DamageWatch,
  work: (tx: Statements) => Promise<T>,
): Promise<T> {
  let isOver = false;
  const run: OpenTransaction["run"] = async (command) => {
    // Work that goes on after its timeout must not run outside of the transaction.
    if (isOver) throw new Error("The transaction has ended.");
    return transaction.run(command);
  };
  try {
    const result = await withTimeout(work(statementsOn(clientOf({ run }), SQLITE, damage.onFailure)));
    isOver = true;
    // A statement as others are to telemetry: it is the one that waits for the disk.
    await published("COMMIT", damage.onFailure, () => transaction.end("COMMIT"));
    return result;
  } catch (error) {
    isOver = true;
    // The first failure is the one that matters: after it, a rollback may fail as well.
    await transaction.end("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const expiry = sleep(TRANSACTION_TIMEOUT, null, { signal: stop.signal, ref: false }).then(() => {
    throw new Error(`A transaction was rolled back after ${TRANSACTION_TIMEOUT / 1000} s.`);
  });
  expiry.catch(() => {});
  try {
    return await Promise.race([work, expiry]);
  } finally {
    stop.abort();
  }
}
