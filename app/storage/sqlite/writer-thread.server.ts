import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { monotonic } from "../../platform/clock.server";
import { log } from "../../platform/log.server";
import type { ScriptResult } from "../script";
import { WriterLostError } from "./errors";
import type { Command, ConnectionOptions, Executor } from "./executor.server";
import { openLogThread } from "./log-thread.server";
import { readError, type WriterData, type WriterRequest, type WriterResponse } from "./writer-protocol";

/** A thread that ends sooner is started again only this long after its start, in ms. */
const RESTART_INTERVAL = 1_000;

type Pending = { resolve: (value: unknown) => void; reject: (error: unknown) => void };
type Task = WriterRequest["task"];

/** One life of the thread. */
class Life {
  readonly startedAt = monotonic();
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #isOver = false;

  constructor(
    private readonly worker: Worker,
    onEnd: (reason: unknown) => void,
  ) {
    let reason: unknown = null;
    worker.on("message", (response: WriterResponse) => this.#settle(response));
    worker.on("error", (error) => {
      reason = error;
    });
    worker.once("exit", () => {
      this.#isOver = true;
      for (const { reject } of this.#pending.values()) reject(new WriterLostError(reason));
      this.#pending.clear();
      onEnd(reason);
    });
  }

  request(task: Task, isInTransaction = false): Promise<unknown> {
    if (this.#isOver) return Promise.reject(new WriterLostError(null));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      try {
        this.worker.postMessage({ id, task, isInTransaction } satisfies WriterRequest);
      } catch (error) {
        this.#pending.delete(id);
        reject(error);
      }
    });
  }

  async end(): Promise<void> {
    await this.request({ kind: "close" }).catch(() => {});
    await this.worker.terminate();
  }

  #settle(response: WriterResponse): void {
    const pending = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if ("error" in response) pending?.reject(readError(response.error));
    else pending?.resolve(response.value);
  }
}

/**
 * The write connection in a thread of its own: the main thread answers requests while SQLite writes. A thread that ends
 * by itself is started again; what was under way fails with WriterLostError, and may or may not be stored.
 * @param script the built writer-worker
 * @param options.movedPages see `openLogThread`
 */
export function openWriterThread(
  script: string,
  path: string,
  { movedPages, ...connection }: ConnectionOptions & { movedPages: number },
): Executor {
  let isClosed = false;
  const logThread = openLogThread(script, path, movedPages);

  const start = (): Life => {
    const workerData: WriterData = { kind: "writer", path, connection, log: logThread.signal };
    // Without the arguments of the process: the thread needs no preload.
    const worker = new Worker(script, { workerData, execArgv: ["--enable-source-maps"] });
    return new Life(worker, (err) => {
      if (isClosed) return;
      log().error({ err }, "the writer thread ended; it is started again, and what was under way is retried");
      life = restart();
    });
  };
  const restart = async (): Promise<Life> => {
    const started = (await life).startedAt;
    await sleep(Math.max(0, started + RESTART_INTERVAL - monotonic()));
    return start();
  };
  let life: Promise<Life> = Promise.resolve(start());

  return {
    async moveLog() {
      await (await life).request({ kind: "moveLog" });
    },
    get hasLogThread() {
      return logThread.isRunning;
    },
    run: async (command) => (await life).request(command),
    async begin({ isDurable }) {
      const current = await life;
      await current.request({ kind: "begin", isDurable });
      // Bound to this life: after a restart, its statements must not run outside of a transaction.
      return {
        run: (command: Command) => current.request(command, true),
        end: async (how) => {
          await current.request({ kind: how });
        },
      };
    },
    script: async (script) => (await life).request({ kind: "script", script }) as Promise<ScriptResult>,
    async close() {
      isClosed = true;
      try {
        await (await life).end();
      } finally {
        await logThread.close();
      }
    },
  };
}
