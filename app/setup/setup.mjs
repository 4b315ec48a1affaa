// @ts-check
// Prepares a clone for a command: packages, generated code, builds; each only when it is missing or out of date. It
// logs to standard error, because `export` writes data to standard output.
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSteps, generateSteps, invalidate, isUpToDate, runStep } from "./build.mjs";
import { install, isInstalled, nativePackagesLoad, rebuildNativePackages } from "./install.mjs";
import { LaunchError, seconds } from "./run-process.mjs";

/** All that is built, besides the generated code. */
export const TARGETS = /** @type {const} */ ([
  "application",
  "tracker",
  "faro",
  "commandLine",
  "profiling",
  "writer",
  "collector",
]);

/** @typedef {(typeof TARGETS)[number]} Target */

/** Not in node_modules, which `npm ci` removes. */
const LOCK = "build/.setup-lock";
/** The holder of the lock touches it this often; a lock that was not touched for much longer is abandoned. */
const HEARTBEAT_MS = 2_000;
const ABANDONED_MS = 30_000;

/**
 * Runs one step, and logs its name and then how long it took.
 * @param {string} doing
 * @param {() => Promise<void>} work
 */
async function logStep(doing, work) {
  const start = performance.now();
  process.stderr.write(`${doing} … `);
  try {
    await work();
    process.stderr.write(`${seconds(performance.now() - start)}\n`);
  } catch (error) {
    process.stderr.write(`failed after ${seconds(performance.now() - start)}\n\n`);
    throw error;
  }
}

/**
 * Whether the process that holds the lock has ended without releasing it.
 * @param {string} lock
 */
function isAbandoned(lock) {
  try {
    const [host, pid] = readFileSync(lock, "utf8").split(" ");
    if (Date.now() - statSync(lock).mtimeMs > ABANDONED_MS) return true;
    if (host !== hostname()) return false;
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // ESRCH: no such process. ENOENT: released meanwhile.
    return ["ESRCH", "ENOENT"].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? "");
  }
}

/**
 * Runs `work` while no other process sets the same clone up.
 * @param {string} root
 * @param {() => Promise<void>} work
 */
export async function withLock(root, work) {
  const lock = path.join(root, LOCK);
  mkdirSync(path.dirname(lock), { recursive: true });
  for (let isAnnounced = false; ; await sleep(200)) {
    try {
      writeFileSync(lock, `${hostname()} ${process.pid}`, { flag: "wx" });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      if (isAbandoned(lock)) rmSync(lock, { force: true });
      else if (!isAnnounced) process.stderr.write("Waiting for another process that sets this folder up …\n");
      isAnnounced = true;
    }
  }
  const release = () => rmSync(lock, { force: true });
  const heartbeat = setInterval(() => utimesSync(lock, new Date(), new Date()), HEARTBEAT_MS);
  process.once("exit", release);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener("exit", release);
    release();
  }
}

/**
 * The steps in their order: the builds bundle the generated code.
 * @param {string} root
 * @param {readonly Target[]} targets
 */
function stepsFor(root, targets) {
  const steps = buildSteps(root);
  return [...generateSteps(root), ...targets.map((target) => steps[target])];
}

/**
 * Whether a command can run. A build that is up to date runs with the packages of production alone, as in a slim
 * container image, so generated code is not looked for then.
 * @param {string} root
 * @param {{ targets: readonly Target[], development: boolean }} needs
 */
function isReady(root, { targets, development }) {
  if (!nativePackagesLoad(root) || !isInstalled(root, { development })) return false;
  const steps = buildSteps(root);
  const needed = development ? stepsFor(root, targets) : targets.map((target) => steps[target]);
  return needed.every((step) => isUpToDate(root, step));
}

/**
 * @param {string} root
 * @param {readonly Target[]} targets
 */
async function buildTargets(root, targets) {
  if (!nativePackagesLoad(root)) {
    await logStep("Rebuilding better-sqlite3 for this version of Node", () => rebuildNativePackages(root));
  }
  for (const step of stepsFor(root, targets)) {
    if (!isUpToDate(root, step)) await logStep(step.doing, () => runStep(root, step));
  }
}

/**
 * Installs and builds everything that a command needs. Quick, silent and without a write when all is up to date.
 * @param {string} root
 * @param {{ targets: readonly Target[], development: boolean }} needs the targets of the build, and whether the
 *   command needs the packages for development too
 * @throws {LaunchError} with what failed and what to do
 */
export async function ensureReady(root, needs) {
  if (isReady(root, needs)) return;
  try {
    await withLock(root, async () => {
      if (!isInstalled(root, { development: true })) {
        await logStep("Installing packages (npm ci; a minute or two the first time)", () => install(root));
      }
      await buildTargets(root, needs.targets);
    });
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== "EACCES" && code !== "EROFS" && code !== "EPERM") throw error;
    throw new LaunchError(
      `${/** @type {Error} */ (error).message}\nSet-up has something to build, and this user can't write to ` +
        `${root}. Run "npm run build" once as a user who can.`,
    );
  }
}

/**
 * Builds `targets` where they are not up to date, for test runners that were started by hand. It installs nothing:
 * the packages are in use.
 * @param {string} root
 * @param {readonly Target[]} targets
 * @throws {LaunchError} with the output of the step that failed
 */
export async function ensureBuilt(root, targets) {
  if (nativePackagesLoad(root) && stepsFor(root, targets).every((step) => isUpToDate(root, step))) return;
  await withLock(root, () => buildTargets(root, targets));
}

/**
 * Has a target built again by the next command, after something else was written where it is.
 * @param {string} root
 * @param {Target} target
 */
export function invalidateTarget(root, target) {
  invalidate(root, buildSteps(root)[target]);
}
