import { readBounded } from "../platform/read-bounded";
import { type ProfileRecord, type ProfilingState, parseRecord, parseState } from "./profile-record";
import { MAX_PROFILE_BYTES } from "./profile-store.server";
import { ProfilingError, type StartOptions } from "./start-request";

/** A service with profiling routes. */
export type Target = {
  name: string;
  /** Address of the routes, without a slash at its end. */
  url: string;
};

/** ms until an answer is complete, and its bytes at most. */
type RequestLimits = { timeout: number; limit: number };

const LIMITS: Readonly<Record<"state" | "start" | "download", RequestLimits>> = {
  state: { timeout: 5_000, limit: 256 * 1024 },
  // The profiler of a loaded service blocks it for half a second.
  start: { timeout: 15_000, limit: 64 * 1024 },
  download: { timeout: 30_000, limit: MAX_PROFILE_BYTES },
};

/** Statuses that a target's own guards return, which are passed on with its message. */
const OWN = [400, 404, 409, 429, 500, 507] as const;

type Reply = { status: number; retryAfter: number | null; body: Buffer };

/** Starts and reads the profiles of another service. Every request ends in time, with a bounded answer. */
export class TargetClient {
  constructor(
    private readonly target: Target,
    private readonly token: string | null,
    private readonly limits = LIMITS,
  ) {}

  /** @throws ProfilingError 502 or 504 naming what is wrong with the target */
  async state(): Promise<ProfilingState> {
    const state = parseState(this.#json(await this.#request("", this.limits.state)));
    if (state === null) throw this.#nonsense("its answer is no state of profiles");
    return state;
  }

  /** @throws ProfilingError the target's own 400, 409, 429, 500 or 507; 502 or 504 naming what is wrong with it */
  async start({ kind, duration, interval }: StartOptions): Promise<ProfileRecord> {
    const body = new URLSearchParams({ kind, duration: String(duration), interval: String(interval) });
    const value = this.#json(await this.#request("/start", this.limits.start, { method: "POST", body }));
    const record = parseRecord(
      typeof value === "object" && value !== null && "profile" in value ? value.profile : null,
    );
    if (record === null) throw this.#nonsense("its answer is no profile");
    return record;
  }

  /** @throws ProfilingError 404 of a profile that the target does not have; 502 or 504 naming what is wrong with it */
  async read(id: string): Promise<{ record: ProfileRecord; content: Buffer }> {
    const { profiles } = await this.state();
    const record = profiles.find((one) => one.id === id);
    if (record === undefined)
      throw new ProfilingError(404, `${this.target.name} has no profile with this id.`);
    const { body } = await this.#request(`/download?id=${encodeURIComponent(id)}`, this.limits.download);
    return { record, content: body };
  }

  async #request(path: string, { timeout, limit }: RequestLimits, init: RequestInit = {}): Promise<Reply> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (this.token !== null) headers.Authorization = `Bearer ${this.token}`;
    let reply: Reply;
    try {
      const response = await fetch(this.target.url + path, {
        ...init,
        headers,
        // The token is for this address alone.
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      });
      const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
      reply = {
        status: response.status,
        retryAfter: Number.isInteger(retryAfter) && retryAfter >= 0 ? retryAfter : null,
        body: await readBounded(response, limit, () =>
          this.#nonsense(`its answer has more than ${limit} bytes`),
        ),
      };
    } catch (error) {
      if (error instanceof ProfilingError) throw error;
      throw this.#noAnswer(error, timeout);
    }
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw this.#refusal(reply);
  }

  #json({ body }: Reply): unknown {
    try {
      return JSON.parse(body.toString("utf8"));
    } catch {
      throw this.#nonsense("its answer is not JSON");
    }
  }

  #refusal({ status, retryAfter, body }: Reply): ProfilingError {
    const { name } = this.target;
    if (status === 401 || status === 403) {
      return new ProfilingError(502, `${name} rejected the token; check PROFILING_TARGETS_TOKEN.`);
    }
    const own = OWN.find((one) => one === status);
    const message = messageOf(body);
    if (own !== undefined && message !== null) {
      return new ProfilingError(own, `${name}: ${message}`, retryAfter);
    }
    if (status === 404) {
      return new ProfilingError(
        502,
        `${name} has no profiling routes at its address, or profiling is off there.`,
      );
    }
    return this.#nonsense(`its answer has the status ${status}`);
  }

  #noAnswer(error: unknown, timeout: number): ProfilingError {
    const { name } = this.target;
    if (error instanceof Error && error.name === "TimeoutError") {
      return new ProfilingError(504, `${name} did not answer within ${timeout / 1_000} s.`);
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    return new ProfilingError(
      502,
      `${name} does not respond (${code}). Check that it runs, and its address in PROFILING_TARGETS.`,
    );
  }

  #nonsense(problem: string): ProfilingError {
    return new ProfilingError(502, `${this.target.name} does not answer like profiling routes: ${problem}.`);
  }
}

/** The message in a JSON error; `null` where there is none. */
function messageOf(body: Buffer): string | null {
  try {
    const { error } = JSON.parse(body.toString("utf8")) as { error?: unknown };
    return typeof error === "string" ? error.slice(0, 500) : null;
  } catch {
    return null;
  }
}
