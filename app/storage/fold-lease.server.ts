import { randomUUID } from "node:crypto";
import type { Database } from "./database-contract";
import { integer, rowOf } from "./row-schema";
import { Script } from "./script";
import type { Statements } from "./statements.server";

/** Another process has the lease now: this one's transaction must change nothing. */
export class LeaseLostError extends Error {
  override name = "LeaseLostError";
  constructor() {
    super("Another process folds now.");
  }
}

/** What a holder of the lease reads and writes. */
export type LeasedDatabase = Pick<Database, "read" | "script">;

/** How long a lease lasts, in ms: another process folds so long after its holder was killed. */
const DURATION = 5_000;

/** How often a holder renews it while it folds, in ms. */
const RENEWAL = 1_500;

/**
 * Runs `work` unless another process has the lease of the fold; then the result is `null`. It waits for nobody. On SQLite
 * there is no lease: a transaction has the write lock of the file.
 * @param work writes by scripts that renew the lease in their last statement, so that a process that lost it rolls back with
 * LeaseLostError
 */
export async function withFoldLease<T>(
  database: Database,
  work: (leased: LeasedDatabase) => Promise<T>,
): Promise<T | null> {
  const { write } = database;
  if (write.engine.foldLease === null) return work(database);
  // Of this run, and not of the process: two runs of one process exclude each other too.
  const holder = randomUUID();
  if (!(await acquire(write, holder))) return null;
  // A fold that is longer than the lease must not lose it: the next one would last as long.
  let renewed: Promise<unknown> = Promise.resolve();
  const renewal = setInterval(() => {
    renewed = renewed.then(() => acquire(write, holder)).catch(() => {});
  }, RENEWAL);
  try {
    return await work({
      read: database.read,
      async script(kind, name, script) {
        const leased = new Script(script.engine);
        leased.steps.push(...script.steps);
        leased.followUps.push(...script.followUps);
        addRenewal(leased, holder);
        const result = await database.script(kind, name, leased);
        if (result.refusedBy === RENEWAL_STEP) throw new LeaseLostError();
        return { ...result, changed: result.changed.slice(0, script.steps.length) };
      },
    });
  } finally {
    clearInterval(renewal);
    // One that came after the release would have the lease for nobody.
    await renewed;
    // Where it fails, the lease ends by itself.
    await release(write, holder).catch(() => {});
  }
}

/** @returns whether `holder` has the lease now */
async function acquire(on: Statements, holder: string): Promise<boolean> {
  if (on.engine.foldLease === null) return true;
  const rows = await on.query(
    "acquireLease",
    rowOf({ until: integer }),
    on.engine.foldLease.acquire(holder, DURATION),
  );
  return rows.length === 1;
}

const RENEWAL_STEP = "renewLease";

/** The last step of a script of a holder: it is refused where another process has the lease. */
function addRenewal(script: Script, holder: string): void {
  const { foldLease } = script.engine;
  if (foldLease !== null) script.execute(RENEWAL_STEP, foldLease.acquire(holder, DURATION), 1);
}

async function release(on: Statements, holder: string): Promise<void> {
  if (on.engine.foldLease === null) return;
  await on.execute("releaseLease", on.engine.foldLease.release(holder));
}
