// @ts-check
// Child processes of the launcher: quiet ones that prepare, and the one in the foreground that the task is for.
import { spawn } from "node:child_process";
import { constants } from "node:os";

/** How often a process that npm started checks that npm still runs, in ms. */
const PARENT_CHECK_MS = 500;

/** How many of a failed command's last lines are printed. */
const SHOWN_LINES = 120;

/** A failure that is announced to people as it is, without a stack. */
export class LaunchError extends Error {
  /** @override */
  name = "LaunchError";
}

/**
 * Milliseconds as text, such as "1.2 s".
 * @param {number} ms
 */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * The exit code that a shell reports for a child: its own, or 128 plus the number of the signal that ended it.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export const exitCode = (code, signal) =>
  code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0));

/**
 * Forwards SIGTERM, SIGINT and SIGHUP to `child` until it has ended.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {() => NodeJS.Signals | null} reads the last forwarded signal; null before the first
 */
function forwardSignals(child) {
  /** @type {NodeJS.Signals | null} */
  let forwarded = null;
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT", "SIGHUP"])) {
    const forward = () => {
      forwarded = signal;
      child.kill(signal);
    };
    process.on(signal, forward);
    child.once("exit", () => process.removeListener(signal, forward));
  }
  return () => forwarded;
}

/**
 * Ends `child` when npm, which started this process, is gone: SIGKILL cannot be forwarded. The scripts in
 * package.json use `exec` so that npm is the parent; a shell between the two would end on SIGTERM without forwarding
 * it.
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
 * Runs a command without showing its output, unless it fails.
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
  const lastLines = Buffer.concat(output)
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .slice(-SHOWN_LINES)
    .join("\n");
  throw new LaunchError(`${lastLines}\n\n"${command.join(" ")}" ended with code ${code}.`);
}

/**
 * Runs a command in the foreground, with this process's own input and output.
 *
 * With `tied` the child has an IPC channel to this process. When this process is killed by SIGKILL the channel closes,
 * and the child's preload ends the child as on SIGTERM.
 *
 * `write` gets the output of a child that runs beside others, both streams in the order of their arrival; such a child
 * has no input.
 * @param {readonly string[]} command program and arguments
 * @param {{
 *   root: string,
 *   env?: Record<string, string | undefined>,
 *   tied?: boolean,
 *   write?: (chunk: Buffer) => void,
 * }} options
 * @returns {Promise<number>} the code to exit with
 */
export function runInForeground(command, { root, env = {}, tied = false, write }) {
  const [program = "", ...args] = command;
  /** @type {import("node:child_process").IOType[]} */
  const streams = write === undefined ? ["inherit", "inherit", "inherit"] : ["ignore", "pipe", "pipe"];
  /** @type {import("node:child_process").StdioOptions} */
  const stdio = tied ? [...streams, "ipc"] : streams;
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio });
  if (write !== undefined) for (const stream of [child.stdout, child.stderr]) stream?.on("data", write);
  forwardSignals(child);
  endWithNpm(child);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new LaunchError(`${program} can't be started: ${error.message}.`)));
    // "exit" may precede the last output; "close" does not.
    child.once(write === undefined ? "exit" : "close", (code, signal) => resolve(exitCode(code, signal)));
  });
}
