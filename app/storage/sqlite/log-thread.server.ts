import { Worker } from "node:worker_threads";
import { log } from "../../platform/log.server";
import { createLogSignal, type LogSignal, signalEnd } from "./log-mover.server";
import type { LogThreadData } from "./writer-protocol";

/** Memory of its JavaScript, in MB: it has next to none. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 };

/** `isRunning` until the thread has ended. */
export type LogThread = { signal: LogSignal; isRunning: boolean; close(): Promise<void> };

/**
 * A thread that moves the write-ahead log to the file at `path` while the writer thread writes (see `moveLogUntilEnd`). Where
 * it ends by itself, the writer thread moves the log.
 * @param script the built writer-worker
 * @param movedPages least pages in the log for it to begin
 * @returns `signal` for the writer thread
 */
export function openLogThread(script: string, path: string, movedPages: number): LogThread {
  const signal = createLogSignal();
  const workerData: LogThreadData = { kind: "log", path, signal, movedPages };
  const worker = new Worker(script, {
    workerData,
    execArgv: ["--enable-source-maps"],
    resourceLimits: LIMITS,
  });
  worker.on("error", (err) => {
    log().error({ err }, "the thread that moves the write-ahead log ended; the writer thread moves it now");
  });
  const thread: LogThread = {
    signal,
    isRunning: true,
    async close() {
      signalEnd(signal);
      await exited;
    },
  };
  const exited = new Promise<void>((resolve) =>
    worker.once("exit", () => {
      thread.isRunning = false;
      resolve();
    }),
  );
  return thread;
}
