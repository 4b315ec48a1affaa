/** A Faro body as it came, packed or not, to be passed on unchanged. */
export type FaroForward = { body: Buffer<ArrayBuffer>; headers: Readonly<Record<string, string>> };

export type FaroForwarderOptions = {
  /** Where the collector takes Faro bodies. */
  url: string;
  /** Told what became of each body; a failure has its reason. */
  onOutcome: (outcome: "sent" | "failed" | "dropped", reason?: unknown) => void;
  /** How long an answer may take, in ms. */
  timeout?: number;
};

/** What may wait for a collector that is slow: so many bytes of bodies. */
export const MAX_WAITING = 8 * 1024 * 1024;

/** Each body counts for so many bytes more, because of what holds it. */
const OVERHEAD = 1024;

/** So many are under way at once. */
const CONCURRENCY = 4;

const TIMEOUT = 10_000;

/** How long the end of the process waits for what is left, in ms. */
const CLOSING = 2_000;

/**
 * The headers of a Faro request that a collector needs. The visitor's address is not among them, and neither are cookies.
 * `Origin` is, because collectors allow by it.
 */
const PASSED_ON = [
  "content-type",
  "content-encoding",
  "idempotency-key",
  "origin",
  "user-agent",
  "x-api-key",
  "x-faro-session-id",
] as const;

/** What is passed on of a request. */
export function forwardOf(request: Request, body: Buffer<ArrayBuffer>): FaroForward {
  const headers = PASSED_ON.flatMap((name) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { body, headers: Object.fromEntries(headers) };
}

/**
 * Passes Faro bodies on to a collector in the background. Nobody waits for it, and it keeps nobody waiting: when the
 * collector is down or slow, bodies fail or are dropped, and are counted. None is tried twice.
 */
export class FaroForwarder {
  readonly #options: FaroForwarderOptions;
  readonly #ended = new AbortController();
  readonly #waiting: FaroForward[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #size = 0;

  constructor(options: FaroForwarderOptions) {
    this.#options = options;
  }

  /** Bytes of bodies that wait or are under way. */
  get size(): number {
    return this.#size;
  }

  push(one: FaroForward): void {
    const size = sizeOf(one);
    if (this.#ended.signal.aborted || this.#size + size > MAX_WAITING) {
      this.#options.onOutcome("dropped", new Error("Too many bodies wait to be passed on."));
      return;
    }
    this.#size += size;
    this.#waiting.push(one);
    if (this.#underWay.size < CONCURRENCY) this.#work();
  }

  /** Fulfilled when nothing is left; what takes longer than two seconds is given up. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#ended.abort(new Error("The cockpit is shutting down.")), CLOSING);
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    clearTimeout(timer);
    this.#ended.abort();
  }

  #work(): void {
    const working = this.#drain().finally(() => this.#underWay.delete(working));
    this.#underWay.add(working);
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
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

  /** @throws whatever `fetch` does, and Error for an answer that is no 2xx */
  async #send({ body, headers }: FaroForward): Promise<void> {
    const { url, timeout = TIMEOUT } = this.#options;
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(timeout)]);
    const response = await fetch(url, { method: "POST", body, headers, redirect: "manual", signal });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The collector answered ${response.status}.`);
  }
}

const sizeOf = ({ body }: FaroForward): number => body.byteLength + OVERHEAD;
