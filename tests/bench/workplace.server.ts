import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { projectRoot } from "../../app/platform/project-root";
import { testEnvironment } from "../environment.mjs";

/** Time between SIGTERM and SIGKILL, in ms. */
const KILL_TIMEOUT = 15_000;

/** Length of the retained standard error of a child, in characters. */
const MAX_STDERR = 4_000;

/** A process with an IPC channel, and the end of its standard error. */
export type Child = { process: ChildProcess; complaints: () => string };

/** A process with a piped standard input. */
export type PipedChild = { process: ChildProcessByStdio<Writable, null, Readable>; complaints: () => string };

/** A temporary folder and child processes, which are removed at the end of the run. */
export class Workplace {
  readonly root = projectRoot();
  readonly #folder = mkdtempSync(join(tmpdir(), "vitals-bench-"));
  readonly #children = new Set<ChildProcess>();

  /** The path of a file in the temporary folder. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  remove(name: string): void {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(this.file(name + suffix), { force: true });
  }

  /**
   * Starts Node with `args` in the project's folder, with the environment of tests and `env`. The child exits when its IPC
   * channel closes with this process.
   */
  node(args: readonly string[], env: Record<string, string>): Child {
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      env: { ...testEnvironment(process.env), NODE_ENV: "production", ...env },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    return { process: child, complaints: this.#track(child) };
  }

  /** Starts Node like `node`, with a piped standard input instead of the channel. */
  pipe(args: readonly string[], env: Record<string, string>): PipedChild {
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      env: { ...testEnvironment(process.env), NODE_ENV: "production", ...env },
      stdio: ["pipe", "ignore", "pipe"],
    });
    // A child that exits early reports the reason on standard error.
    child.stdin.on("error", () => {});
    return { process: child, complaints: this.#track(child) };
  }

  /** Tracks a child until it exits; returns a function that reads the end of its standard error. */
  #track(child: ChildProcess): () => string {
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    let complaints = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaints = (complaints + text).slice(-MAX_STDERR);
    });
    return () => complaints;
  }

  /** Stops a child with SIGTERM, then SIGKILL. */
  async end({ process: child }: Child): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), KILL_TIMEOUT);
    child.kill("SIGTERM");
    await exited;
    clearTimeout(timer);
  }

  /** Kills all children and removes the folder, synchronously, so that it works in signal handlers. */
  clear(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
