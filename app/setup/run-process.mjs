// @ts-check
// Child processes of the launcher: quiet ones that prepare something, and the one that the command is for.
import { spawn } from "node:child_process";
import { constants } from "node:os";

/** How often a command that npm started looks whether npm is still there. */
const PARENT_CHECK_MS = 500;

/** How many of a failed command's last lines are worth showing. */
const SHOWN_LINES = 120;

/** A failure that is announced to people as it is, without a stack. */
export class LaunchError extends Error {
  /** @override */
  name = "LaunchError";
}

/**
 * Seconds as people say them.
 * @param {number} ms
 */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * What a shell reports for a child: its code, or 128 and the number of the signal that ended it.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export const exitCode = (code, signal) =>
  code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0));

/**
 * Passes the signals that ask this process to end on to `child`, until the child has ended.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {() => NodeJS.Signals | null} what was passed on, if anything
 */
function forwardSignals(child) {
  /** @type {NodeJS.Signals | null} */
  let passedOn = null;
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT", "SIGHUP"])) {
    const forward = () => {
      passedOn = signal;
      child.kill(signal);
    };
    process.on(signal, forward);
    child.once("exit", () => process.removeListener(signal, forward));
  }
  return () => passedOn;
}

/**
 * Ends `child` when npm, which started this process, is gone: whoever killed it hard meant what it ran.
 * (The scripts in package.json say `exec`, so that npm is the parent; between the two, a shell would die of
 * SIGTERM without passing it on.)
 * @param {import("node:child_process").ChildProcess} child
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    child.kill("SIGTERM");
  }, PARENT_CHECK_MS);
  child.once("exit", () => clearInterval(check));
}

/**
 * Runs a command that nobody needs to see, unless it fails.
 * @param {readonly string[]} command program and arguments
 * @param {{ root: string, env?: Record<string, string | undefined> }} options
 * @throws {LaunchError} with the end of its output, when it can't be started or fails
 */
export async function runQuietly(command, { root, env = {} }) {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const interruptedBy = forwardSignals(child);
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new LaunchError(`${program} can't be started: ${error.message}.`)));
    child.once("close", (status, signal) => resolve(exitCode(status, signal)));
  });
  const interruption = interruptedBy();
  if (interruption !== null) process.exit(exitCode(null, interruption));
  if (code === 0) return;
  const shown = Buffer.concat(output).toString("utf8").trimEnd().split("\n").slice(-SHOWN_LINES).join("\n");
  throw new LaunchError(`${shown}\n\n"${command.join(" ")}" ended with code ${code}.`);
}

/**
 * Runs the command that was asked for, in the foreground, with this process's own input and output.
 *
 * With `tied` the child has a channel to this process: when this process is killed so hard that it can't pass
 * anything on, the channel closes, and the preload of the child takes that for a request to end.
 * @param {readonly string[]} command program and arguments
 * @param {{ root: string, env?: Record<string, string | undefined>, tied?: boolean }} options
 * @returns {Promise<number>} the code to exit with
 */
export function runInForeground(command, { root, env = {}, tied = false }) {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: tied ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
  });
  forwardSignals(child);
  endWithNpm(child);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new LaunchError(`${program} can't be started: ${error.message}.`)));
    child.once("exit", (code, signal) => resolve(exitCode(code, signal)));
  });
}
