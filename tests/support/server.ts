import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { vitalsJson } from "../../app/presenters/api/vitals-json";
import { type BuiltServer, startBuiltServer } from "./built-server";
import { temporaryFolder } from "./temporary-folder";

export const ADMIN_API_TOKEN = "token-of-the-tests-0123456789";
export const ADMIN_PASSWORD = "password of the tests";

/** The user agent of a desktop Chrome; a request without a user agent counts as a bot. */
export const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** The limits per client, so high that none is reached: requests pass the gate as they do in production. */
export const UNREACHED_LIMITS = { RATE_LIMIT: "1000000", CONNECTION_LIMIT: "4000" };

/**
 * Loaded into a server: its monotonic clock goes so slowly that none of its periods, such as five seconds of patience
 * with a locked database or one line a minute, ends while a busy machine tests it.
 */
export const PATIENT = `data:text/javascript,${encodeURIComponent(`
  const now = performance.now.bind(performance);
  performance.now = () => now() / 100;
`)}`;

export type ServerOptions = {
  /** An existing database file. By default the server gets a temporary one. */
  databasePath?: string;
  /** Further variables; `undefined` unsets a variable. */
  env?: Record<string, string | undefined>;
  imports?: readonly string[];
  /** The cockpit by default. */
  program?: "cockpit" | "collector";
};

/** A built server with a database and known admin credentials. */
export type RunningServer = BuiltServer & {
  readonly databasePath: string;
  /** Kills the process, and removes its temporary database. */
  readonly close: () => Promise<void>;
};

export async function startServer({
  databasePath,
  env,
  imports,
  program,
}: ServerOptions = {}): Promise<RunningServer> {
  const folder = databasePath === undefined ? temporaryFolder() : null;
  const path = databasePath ?? join(folder?.path ?? "", "vitals.db");
  try {
    const server = await startBuiltServer({
      env: { DATABASE_URL: `file:${path}`, ADMIN_API_TOKEN, ADMIN_PASSWORD, ...env },
      imports,
      program,
    });
    const close = async (): Promise<void> => {
      await server.kill("SIGKILL");
      folder?.remove();
    };
    return { ...server, databasePath: path, close };
  } catch (error) {
    folder?.remove();
    throw error;
  }
}

/** Posts a beacon like a desktop Chrome: texts and bytes unchanged, anything else as JSON. */
export function postBeacon(
  { origin }: Pick<RunningServer, "origin">,
  body: unknown,
  { headers = {}, search = "" }: { headers?: Record<string, string>; search?: string } = {},
): Promise<Response> {
  return fetch(`${origin}/api/analytics/web-vitals${search}`, {
    method: "POST",
    headers: { "Content-Type": "text/plain;charset=UTF-8", "User-Agent": CHROME, ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
}

/** Requests the JSON endpoint with the bearer token. @throws Error for a status other than 2xx */
export async function readVitals(
  { origin }: Pick<RunningServer, "origin">,
  search = "",
): Promise<ReturnType<typeof vitalsJson>> {
  const response = await fetch(`${origin}/api/admin/performance/web-vitals${search}`, {
    headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

/** The longest pause of `eventually`, in ms: what it asks is often a server that has other work meanwhile. */
const LONGEST_PAUSE = 50;

/** Polls `read` until `isEnough` accepts its result, after growing pauses. Ends with the timeout of the test. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  isEnough: (value: T) => boolean,
  longest = LONGEST_PAUSE,
): Promise<T> {
  for (let delay = 5; ; delay = Math.min(2 * delay, longest)) {
    const value = await read();
    if (isEnough(value)) return value;
    await pause(delay);
  }
}
