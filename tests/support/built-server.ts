import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "../../app/platform/project-root";
import { collectorCommand, serverCommand } from "../../app/setup/server-command.mjs";
import { testEnvironment } from "../environment.mjs";

/**
 * Loaded into the server: writes its port to standard error, after everything that the server wrote before it listened.
 * The server leaves it to clients to close idle connections: one that a busy machine, or a program that it waited for,
 * kept from its work for five seconds would send its next request over a connection that the server has closed.
 */
const REPORT_PORT = `data:text/javascript,${encodeURIComponent(`
  const look = setInterval(() => {
    const server = globalThis[Symbol.for("vitals-cockpit.process")]?.server;
    const address = server?.address();
    if (address == null) return;
    clearInterval(look);
    server.keepAliveTimeout = 0;
    process.stderr.write("listening on " + address.port + "\\n");
  }, 5);
  look.unref();
`)}`;

const REPORTED_PORT = /^listening on (\d+)\n/m;

export type BuiltServerOptions = {
  /**
   * Variables besides the environment of tests; `undefined` unsets a variable. DATABASE_URL should be a file of the
   * test.
   */
  env: Record<string, string | undefined>;
  imports?: readonly string[];
  /** What to start; the cockpit by default. */
  program?: "cockpit" | "collector";
  /** A built project in another folder, and Node's arguments that start it; this project by default. */
  build?: { root: string; command: (imports: readonly string[]) => string[] };
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** The built application in its own process, on a free loopback port. */
export type BuiltServer = {
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  /** Standard error so far, including the structured log. */
  readonly log: () => string;
  /** Resolves when the log contains `text` after its first `from` characters; rejects when the process exits before. */
  readonly logged: (text: string, from?: number) => Promise<void>;
  /** Resolves when /healthz succeeds; rejects when the process exits before. */
  readonly healthy: () => Promise<void>;
  /** Resolves when the process has exited and all of its output is read. */
  readonly exit: Promise<Exit>;
  readonly kill: (signal: NodeJS.Signals) => Promise<Exit>;
};

const running = new Set<ChildProcess>();

/** Kills all servers; for afterAll. */
export function stopBuiltServers(): void {
  for (const child of running) child.kill("SIGKILL");
}
process.once("exit", stopBuiltServers);

/**
 * Starts the server as `npm start` does, or as `npm run collector` does, and waits until it is healthy.
 * @throws Error with the server's standard error if it exits before
 */
export async function startBuiltServer({
  env,
  imports = [],
  program = "cockpit",
  build,
}: BuiltServerOptions): Promise<BuiltServer> {
  const root = build?.root ?? projectRoot();
  const command = build?.command ?? (program === "cockpit" ? serverCommand : collectorCommand);
  if (!existsSync(join(root, "build", program === "cockpit" ? "index.js" : "collector.js"))) {
    throw new Error('There is no build to test; run "npm run build" or "npm test".');
  }
  const child = spawn(process.execPath, command([REPORT_PORT, ...imports]), {
    cwd: root,
    env: {
      ...testEnvironment(process.env),
      NODE_ENV: "production",
      PORT: "0",
      COLLECTOR_PORT: "0",
      HOST: "127.0.0.1",
      ...env,
    },
    // The server exits when the IPC channel closes, so it does not outlive this process.
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  running.add(child);
  let output = "";
  const checks = new Set<() => void>();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (const check of checks) check();
  });
  // "exit" may precede the last output; "close" does not.
  const exit = once(child, "close").then(([code, signal]): Exit => {
    running.delete(child);
    return { code, signal };
  });
  const log = (): string => output.replace(REPORTED_PORT, "");

  /** Resolves with the first result of `find` that is not `undefined`. */
  const inOutput = <T>(find: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const result = find();
        if (result === undefined) return;
        checks.delete(check);
        resolve(result);
      };
      checks.add(check);
      check();
      void exit.then(({ code, signal }) => {
        if (!checks.delete(check)) return;
        reject(new Error(`The server exited (${code ?? signal}) before ${what}:\n${log()}`));
      });
    });

  const port = Number(await inOutput(() => REPORTED_PORT.exec(output)?.[1], "it listened"));
  const origin = `http://127.0.0.1:${port}`;
  const healthy = async (): Promise<void> => {
    while (!(await isHealthy(origin))) {
      if (!running.has(child)) throw new Error(`The server exited before it was healthy:\n${log()}`);
      await pause(10);
    }
  };
  await healthy();
  return {
    origin,
    port,
    pid: child.pid ?? 0,
    log,
    logged: async (text, from = 0) => {
      await inOutput(() => log().includes(text, from) || undefined, `it logged "${text}"`);
    },
    healthy,
    exit,
    kill: (signal) => {
      child.kill(signal);
      return exit;
    },
  };
}

async function isHealthy(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/healthz`).catch(() => null);
  await response?.arrayBuffer();
  return response?.ok === true;
}
