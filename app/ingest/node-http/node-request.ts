import type { IncomingMessage } from "node:http";
import type { BodyReader, IncomingRequest, ReadableHeaders } from "../../server/incoming-request";

type Chunk = { done: boolean; value?: Uint8Array | undefined };

/** Bytes that wait for their reader before the socket is paused. */
const MAX_WAITING = 64 * 1024;

/**
 * Reads a body. A small one is read at once, when all of it is there: each part would cost a turn of its own. As that of a
 * web stream, `read` is called again only when the last call has settled.
 */
class NodeReader implements BodyReader {
  #waiting: Uint8Array[] = [];
  #size = 0;
  #end: "open" | "done" | Error = "open";
  #pending: { resolve: (chunk: Chunk) => void; reject: (error: Error) => void } | null = null;

  constructor(private readonly message: IncomingMessage) {
    message.on("data", (chunk: Uint8Array) => {
      this.#waiting.push(chunk);
      this.#size += chunk.byteLength;
      if (this.#size < MAX_WAITING) return;
      if (this.#pending === null) message.pause();
      else this.#settle();
    });
    message.on("end", () => this.#finish("done"));
    // Node emits it, too, when the client is gone before the end; not again for one that was gone before.
    message.on("error", (error) => this.#finish(error));
    if (message.destroyed && !message.complete) this.#finish(new Error("aborted"));
  }

  read(): Promise<Chunk> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      if (this.#end !== "open" || this.#size >= MAX_WAITING) this.#settle();
    });
  }

  /** Hands over what has arrived, or the error after it. */
  #settle(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#size = 0;
    if (this.#end instanceof Error && chunks.length === 0) pending.reject(this.#end);
    else pending.resolve({ done: this.#end === "done", value: joined(chunks) });
    if (this.message.isPaused()) this.message.resume();
  }

  #finish(end: "done" | Error): void {
    if (this.#end !== "open") return;
    this.#end = end;
    this.#settle();
  }
}

/** @returns `undefined` for no chunks */
const joined = (chunks: readonly Uint8Array[]): Uint8Array | undefined =>
  chunks.length <= 1 ? chunks[0] : Buffer.concat(chunks);

/** A request of `node:http` as endpoints for beacons read it. */
export class NodeRequest implements IncomingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadableHeaders;
  readonly body: { getReader(): BodyReader };

  constructor(message: IncomingMessage) {
    this.method = message.method ?? "";
    this.url = message.url ?? "/";
    this.headers = {
      get: (name) => {
        const value = message.headers[name];
        return value === undefined ? null : typeof value === "string" ? value : value.join(", ");
      },
    };
    this.body = { getReader: () => new NodeReader(message) };
  }
}

/** The same request without its body, as the web platform has it. */
export function webRequestOf(message: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value === undefined) continue;
    for (const one of typeof value === "string" ? [value] : value) headers.append(name, one);
  }
  const url = new URL(`http://${message.headers.host ?? "localhost"}`);
  const [path = "/", query] = (message.url ?? "/").split(/\?(.*)/s);
  url.pathname = path;
  url.search = query ?? "";
  return new Request(url, { method: message.method ?? "GET", headers });
}
