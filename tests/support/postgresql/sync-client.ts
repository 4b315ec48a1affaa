import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";

type Result = { rows: Record<string, unknown>[] } | { error: string };

/**
 * Runs in the worker. `bigint` becomes a number as on SQLite: no figure of a test is larger than 2^53.
 */
const PROGRAM = `
  const { workerData } = require("node:worker_threads");
  const pg = require("pg");
  pg.types.setTypeParser(20, Number);
  const { port, signal, url } = workerData;
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  const connected = client.connect();
  port.on("message", async ({ text, values }) => {
    let result;
    try {
      await connected;
      const { rows } = await client.query(text, values);
      result = { rows };
    } catch (error) {
      result = { error: String(error) };
    }
    port.postMessage(result);
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  });
`;

/** A connection whose statements block, like better-sqlite3's: tests look at tables in the middle of an expression. */
export class SyncClient {
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(url: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(PROGRAM, {
      eval: true,
      workerData: { port: port2, signal: this.#signal, url },
      transferList: [port2],
    });
    this.#worker.unref();
    this.#port.unref();
  }

  /** @param text with `?` for each of `values` */
  query<Row>(text: string, values: readonly unknown[] = []): Row[] {
    let position = 0;
    const numbered = text.replaceAll("?", () => {
      position += 1;
      return `$${position}`;
    });
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage({ text: numbered, values: [...values] });
    // Again where it ends without an answer: the notification of the last answer may come only now.
    while (Atomics.wait(this.#signal, 0, 0, 60_000) === "ok" && Atomics.load(this.#signal, 0) === 0);
    const result = receiveMessageOnPort(this.#port)?.message as Result | undefined;
    if (result === undefined) throw new Error(`No answer to ${text}`);
    if ("error" in result) throw new Error(result.error);
    return result.rows as Row[];
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
