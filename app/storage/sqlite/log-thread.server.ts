import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { log } from "../../platform/log.server";
import { createLogSignal, type LogSignal, signalEnd } from "./log-mover.server";
import type { LogThreadData } from "./writer-protocol";

/** Memory of its JavaScript, in MB: it has next to none. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 };

/**
 * A thread that moves the write-ahead log to the file at `path` while the writer thread writes (see `moveLogUntilEnd`).
 * @param script the built writer-worker
 * @returns `signal` for the writer thread
 */
export function openLogThread(script: string, path: string): { signal: LogSignal; close(): Promise<void> } {
  const signal = createLogSignal();
  const workerData: LogThreadData = { kind: "log", path, signal };
  const worker = new Worker(script, {
    workerData,
    execArgv: ["--enable-source-maps"],
    resourceLimits: LIMITS,
  });
  // Commits move a long log without it.
  worker.on("error", (err) => log().error({ err }, "the thread that moves the write-ahead log ended"));
  const exited = once(worker, "exit");
  return {
    signal,
    async close() {
      signalEnd(signal);
      await exited.catch(() => {});
    },
  };
}
