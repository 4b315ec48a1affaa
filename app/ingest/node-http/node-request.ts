import type { IncomingMessage } from "node:http";
import type { BodyReader, IncomingRequest, ReadableHeaders } from "../../server/incoming-request";

type Chunk = { done: boolean; value?: Uint8Array | undefined };

/** Chunks that wait for their reader before the socket is paused. */
const MAX_WAITING = 16;

/** Reads a body chunk by chunk; as that of a web stream, `read` is called again only when the last call has settled. */
class NodeReader implements BodyReader {
  readonly #waiting: Uint8Array[] = [];
  #end: "open" | "done" | Error = "open";
  #pending: { resolve: (chunk: Chunk) => void; reject: (error: Error) => void } | null = null;

  constructor(private readonly message: IncomingMessage) {
    message.on("data", (chunk: Uint8Array) => {
      if (this.#pending !== null) return this.#settle(chunk);
      this.#waiting.push(chunk);
      if (this.#waiting.length >= MAX_WAITING) message.pause();
    });
    message.on("end", () => this.#finish("done"));
    // Node emits it, too, when the client is gone before the end; not again for one that was gone before.
    message.on("error", (error) => this.#finish(error));
    if (message.destroyed && !message.complete) this.#finish(new Error("aborted"));
  }

  read(): Promise<Chunk> {
    const value = this.#waiting.shift();
    if (value !== undefined) {
      if (this.message.isPaused()) this.message.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.#end === "done") return Promise.resolve({ done: true });
    if (this.#end !== "open") return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
    });
  }

  #settle(value: Uint8Array): void {
    this.#pending?.resolve({ done: false, value });
    this.#pending = null;
  }

  #finish(end: "done" | Error): void {
    if (this.#end !== "open") return;
    this.#end = end;
    if (end === "done") this.#pending?.resolve({ done: true });
    else this.#pending?.reject(end);
    this.#pending = null;
  }
}

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
