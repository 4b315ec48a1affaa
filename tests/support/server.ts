import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { vitalsJson } from "../../app/presenters/vitals-json";
import { temporaryFolder } from "./temporary-folder";

const root = join(import.meta.dirname, "..", "..");

export const ADMIN_API_TOKEN = "token-of-the-tests-0123456789";
export const ADMIN_PASSWORD = "password of the tests";

/** What a desktop's Chrome says it is; without such a header a request is a bot's. */
export const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** Tells the port that the system chose, as soon as the server listens. */
const TELL_PORT = `
  const watch = setInterval(() => {
    const { server } = globalThis[Symbol.for("vitals-cockpit.process")];
    if (server === null) return;
    clearInterval(watch);
    process.stdout.write("listening on " + server.address().port + "\\n");
  }, 5);
  watch.unref();`;

export type ServerOptions = {
  /** A database file that is there already; else the server gets one of its own, which goes with it. */
  databasePath?: string;
  /** Further variables; an absent value leaves the variable unset. */
  env?: Record<string, string | undefined>;
  /** Modules that are loaded before the application, after the preload of its own. */
  imports?: readonly string[];
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** The built application in a process of its own, on a free port of the loopback interface. */
export type RunningServer = {
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  readonly databasePath: string;
  /** What it has written to standard error, its structured log among it. */
  readonly log: () => string;
  /** Fulfilled when the log has `text` in it; rejected when the process ends without. */
  readonly logged: (text: string) => Promise<void>;
  /** When and how it ended. */
  readonly exit: Promise<Exit>;
  /** Sends a signal, and waits for the end. */
  readonly kill: (signal: NodeJS.Signals) => Promise<Exit>;
  /** Ends it if need be, and removes what was made for it. */
  readonly close: () => Promise<void>;
};

function command(imports: readonly string[]): string[] {
  const build = join(root, "build", "index.js");
  if (!existsSync(build)) {
    throw new Error(`${build} is missing: "npm test" makes it, and so does "npm run build".`);
  }
  const loaded = [
    "./app/platform/preload.mjs",
    `data:text/javascript,${encodeURIComponent(TELL_PORT)}`,
    ...imports,
  ];
  return [
    "--max-http-header-size=65536",
    ...loaded.flatMap((module) => ["--import", module]),
    "node_modules/@remix-run/serve/dist/cli.js",
    "build/index.js",
  ];
}

/** Starts a server, and waits until it is fit to take traffic. */
export async function startServer({
  databasePath,
  env = {},
  imports = [],
}: ServerOptions = {}): Promise<RunningServer> {
  const args = command(imports);
  const folder = databasePath === undefined ? temporaryFolder() : null;
  const path = databasePath ?? join(folder?.path ?? "", "vitals.db");
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: "production",
      ENV_FILE: "none",
      PORT: "0",
      HOST: "127.0.0.1",
      DATABASE_URL: `file:${path}`,
      ADMIN_API_TOKEN,
      ADMIN_PASSWORD,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const look of waiting) look();
    });
  }
  // Its output is complete only when it is closed.
  const exit = once(child, "close").then(([code, signal]): Exit => ({ code, signal }));

  /** Fulfilled with what `find` finds in the output. */
  const found = <T>(find: () => T | null, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const result = find();
        if (result === null) return;
        waiting.delete(look);
        resolve(result);
      };
      waiting.add(look);
      look();
      void exit.then(({ code, signal }) => {
        if (waiting.delete(look)) {
          reject(
            new Error(
              `The server ended (${code ?? signal}) before ${what}:\n${output.stdout}${output.stderr}`,
            ),
          );
        }
      });
    });

  const kill = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exit;
  };
  const close = async (): Promise<void> => {
    await kill("SIGKILL");
    folder?.remove();
  };

  try {
    const portOf = () => /^listening on (\d+)$/m.exec(output.stdout)?.[1] ?? null;
    const port = Number(await found(portOf, "it listened"));
    const server: RunningServer = {
      origin: `http://127.0.0.1:${port}`,
      port,
      pid: child.pid ?? 0,
      databasePath: path,
      log: () => output.stderr,
      logged: (text) =>
        found(() => (output.stderr.includes(text) ? true : null), `it logged "${text}"`).then(() => {}),
      exit,
      kill,
      close,
    };
    await healthy(server);
    return server;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Fulfilled when the server is fit to take traffic; rejected when it ends first. */
export async function healthy({ origin, exit, log }: RunningServer): Promise<void> {
  let ended: Exit | null = null;
  void exit.then((how) => {
    ended = how;
  });
  for (;;) {
    const response = await fetch(`${origin}/healthz`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
    if (ended !== null) throw new Error(`The server ended before it was fit:\n${log()}`);
    await pause(10);
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
