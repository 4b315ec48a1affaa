// @ts-check
// Loaded into a process of the cockpit (node --import): kills it with SIGKILL at a statement of its store.
//
// KILL_AT is JSON: `name` and `phase` ("start" or "end") of the statement, the number of its occurrence (`nth`, default
// 1), and the statement `after` whose first end starts the count. "COMMIT" is the end of a transaction.
// RECORD_STATEMENTS=1 writes the names of all statements to stderr instead, in lines that begin with "statement ".
import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import threads from "node:worker_threads";

/** @typedef {{ name: string, phase: "start" | "end", nth?: number, after?: string }} KillAt */

/** @type {KillAt | null} */
const killAt = JSON.parse(process.env.KILL_AT ?? "null");
let armed = killAt?.after === undefined;
let left = killAt?.nth ?? 1;

/**
 * @param {string} name
 * @param {"start" | "end"} phase
 */
function pass(name, phase) {
  if (killAt === null) return;
  if (!armed) {
    armed = name === killAt.after && phase === "end";
    return;
  }
  if (name !== killAt.name || phase !== killAt.phase) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
}

subscribe("vitals-cockpit:statement", (message) => {
  const { name, phase } = /** @type {{ name: string, phase: "start" | "end" }} */ (message);
  // At once, because a thread sends messages later.
  if (process.env.RECORD_STATEMENTS === "1" && phase === "start") writeSync(2, `statement ${name}\n`);
  pass(name, phase);
});

// Prisma's driver adapter commits transactions itself, without a statement of the store.
const Database = createRequire(import.meta.url)("better-sqlite3");
const prepare = Database.prototype.prepare;
Database.prototype.prepare = function prepareWatched(/** @type {string} */ text) {
  const statement = prepare.call(this, text);
  if (text !== "COMMIT") return statement;
  const run = statement.run;
  statement.run = (/** @type {unknown[]} */ ...args) => {
    pass("COMMIT", "start");
    const result = run.apply(statement, args);
    pass("COMMIT", "end");
    return result;
  };
  return statement;
};

// The writer thread runs the statements of scripts.
const { Worker } = threads;
threads.Worker = class extends Worker {
  /**
   * @param {string | URL} script
   * @param {import("node:worker_threads").WorkerOptions} [options]
   */
  constructor(script, options) {
    super(script, {
      ...options,
      execArgv: [...(options?.execArgv ?? []), "--import", import.meta.url],
    });
  }
};
syncBuiltinESMExports();
