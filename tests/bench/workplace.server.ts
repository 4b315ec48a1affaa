import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { projectRoot } from "../../app/platform/project-root";
import { testEnvironment } from "../environment.mjs";

/** How long a child may take to end by itself, in ms. */
const ENDING = 15_000;

/** How much of what a child complained about is kept, in characters. */
const COMPLAINTS = 4_000;

/** A process that benches talk to. */
export type Child = { process: ChildProcess; complaints: () => string };

/** One that is written to. */
export type PipedChild = { process: ChildProcessByStdio<Writable, null, Readable>; complaints: () => string };

/** A temporary folder and child processes, none of which outlive the run, however it ends. */
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
   * Starts Node with `args` in the project's folder, with the environment of tests and `env`. Its channel to
   * this process closes when this one is gone, which tells it to end.
   */
  node(args: readonly string[], env: Record<string, string>): Child {
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      env: { ...testEnvironment(process.env), NODE_ENV: "production", ...env },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    return { process: child, complaints: this.#keep(child) };
  }

  /** Starts Node as `node` does, with a standard input to write to instead of the channel. */
  pipe(args: readonly string[], env: Record<string, string>): PipedChild {
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      env: { ...testEnvironment(process.env), NODE_ENV: "production", ...env },
      stdio: ["pipe", "ignore", "pipe"],
    });
    // A child that ends early says why itself.
    child.stdin.on("error", () => {});
    return { process: child, complaints: this.#keep(child) };
  }

  /** Knows a child until it is gone; gives what it complained about. */
  #keep(child: ChildProcess): () => string {
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    let complaints = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaints = (complaints + text).slice(-COMPLAINTS);
    });
    return () => complaints;
  }

  /** Asks a child to end, and makes it when it doesn't. */
  async end({ process: child }: Child): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    const impatience = setTimeout(() => child.kill("SIGKILL"), ENDING);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(impatience);
  }

  /** Leaves nothing behind; works in a handler of signals too. */
  clear(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
