import { withDeadline } from "../platform/deadline";
import type { IncomingRequest } from "../server/incoming-request";
import { originHeader } from "../server/origin-header.server";

/** A Faro body as received (compressed or not), forwarded unchanged. */
export type FaroForward = { body: Buffer<ArrayBuffer>; headers: Readonly<Record<string, string>> };

export type FaroForwarderOptions = {
  /** The collector's endpoint for Faro bodies. */
  url: string;
  /** Called once for each body; failed and dropped ones have a reason. */
  onOutcome: (outcome: "sent" | "failed" | "dropped", reason?: unknown) => void;
};

/** Bound of the memory for queued bodies and those being sent, in bytes. */
export const MAX_QUEUED_BYTES = 8 * 1024 * 1024;

/** Approximate size of the objects around each body, in bytes. */
const OVERHEAD = 1024;

const CONCURRENCY = 4;

/** Timeout of one request, in ms. */
export const TIMEOUT = 10_000;

/** How long `close` waits for the remaining bodies, in ms. */
export const CLOSE_TIMEOUT = 2_000;

/**
 * The headers of a Faro request that a collector needs. They exclude the visitor's address and cookies. They include
 * `Origin`, because collectors check it.
 */
const FORWARDED_HEADERS = [
  "content-type",
  "content-encoding",
  "idempotency-key",
  "origin",
  "user-agent",
  "x-api-key",
  "x-faro-session-id",
] as const;

export function forwardOf(request: IncomingRequest, body: Buffer<ArrayBuffer>): FaroForward {
  const headers = FORWARDED_HEADERS.flatMap((name) => {
    const value = name === "origin" ? originHeader(request) : request.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  // A copy: the bytes may be a part of a larger buffer of the socket, which a queue must not keep.
  return { body: Buffer.from(body), headers: Object.fromEntries(headers) };
}

/**
 * Forwards Faro bodies to a collector in the background, without delaying responses. While the collector is down or slow,
 * bodies fail or are dropped, and are counted. There are no retries.
 */
export class FaroForwarder {
  readonly #options: FaroForwarderOptions;
  readonly #ended = new AbortController();
  readonly #queue: FaroForward[] = [];
  readonly #workers = new Set<Promise<void>>();
  #size = 0;

  constructor(options: FaroForwarderOptions) {
    this.#options = options;
  }

  /** Bytes of the bodies that are queued or being sent. */
  get size(): number {
    return this.#size;
  }

  push(one: FaroForward): void {
    const size = sizeOf(one);
    if (this.#ended.signal.aborted || this.#size + size > MAX_QUEUED_BYTES) {
      this.#options.onOutcome("dropped", new Error("Too many bodies wait to be passed on."));
      return;
    }
    this.#size += size;
    this.#queue.push(one);
    if (this.#workers.size < CONCURRENCY) this.#startWorker();
  }

  /** Waits up to two seconds for the remaining bodies, then aborts them. */
  async close(): Promise<void> {
    const timer = setTimeout(
      () => this.#ended.abort(new Error("The cockpit is shutting down.")),
      CLOSE_TIMEOUT,
    );
    while (this.#workers.size > 0) await Promise.all(this.#workers);
    clearTimeout(timer);
    this.#ended.abort();
  }

  #startWorker(): void {
    const worker = this.#drain().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      let reason: unknown = null;
      try {
        await this.#send(next);
      } catch (error) {
        reason = error;
      }
      this.#size -= sizeOf(next);
      if (reason === null) this.#options.onOutcome("sent");
      else this.#options.onOutcome("failed", reason);
    }
  }

  /** @throws the errors of `fetch`, and Error for a status other than 2xx */
  async #send({ body, headers }: FaroForward): Promise<void> {
    const { url } = this.#options;
    await withDeadline(this.#ended.signal, TIMEOUT, async (signal) => {
      const response = await fetch(url, { method: "POST", body, headers, redirect: "manual", signal });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`The collector answered ${response.status}.`);
    });
  }
}

const sizeOf = ({ body }: FaroForward): number => body.byteLength + OVERHEAD;
