import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { vitalsJson } from "../../app/presenters/api/vitals-json";
import { type BuiltServer, startBuiltServer } from "./built-server";
import { temporaryFolder } from "./temporary-folder";

export const ADMIN_API_TOKEN = "token-of-the-tests-0123456789";
export const ADMIN_PASSWORD = "password of the tests";

/** What a desktop's Chrome says it is; without such a header a request is a bot's. */
export const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

export type ServerOptions = {
  /** A database file that is there already; else the server gets one of its own, which goes with it. */
  databasePath?: string;
  /** Further variables; an absent value leaves the variable unset. */
  env?: Record<string, string | undefined>;
  /** Modules that are loaded before the application. */
  imports?: readonly string[];
};

/** A built server with a database, whose admin the tests are. */
export type RunningServer = BuiltServer & {
  readonly databasePath: string;
  /** Ends it if need be, and removes what was made for it. */
  readonly close: () => Promise<void>;
};

/** Starts a server, and waits until it is fit to take traffic. */
export async function startServer({
  databasePath,
  env,
  imports,
}: ServerOptions = {}): Promise<RunningServer> {
  const folder = databasePath === undefined ? temporaryFolder() : null;
  const path = databasePath ?? join(folder?.path ?? "", "vitals.db");
  try {
    const server = await startBuiltServer({
      env: { DATABASE_URL: `file:${path}`, ADMIN_API_TOKEN, ADMIN_PASSWORD, ...env },
      imports,
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

/** Posts a beacon as a desktop's Chrome does: text as it stands, anything else as JSON. */
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

/** Asks the JSON twin, as an admin's program does. */
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

/** What `read` gives as soon as `isEnough` is satisfied with it. The test's own time limit ends the waiting. */
export async function eventually<T>(read: () => Promise<T> | T, isEnough: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isEnough(value)) return value;
    await pause(10);
  }
}
