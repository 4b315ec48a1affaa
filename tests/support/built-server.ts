import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "../../app/platform/project-root";
import { serverCommand } from "../../app/setup/server-command.mjs";
import { testEnvironment } from "../environment.mjs";

/**
 * Loaded into the server: writes the port that the system chose. To standard error, so that everything that the server
 * wrote before it listened has been read by then.
 */
const REPORT_PORT = `data:text/javascript,${encodeURIComponent(`
  const look = setInterval(() => {
    const address = globalThis[Symbol.for("vitals-cockpit.process")]?.server?.address();
    if (address == null) return;
    clearInterval(look);
    process.stderr.write("listening on " + address.port + "\\n");
  }, 5);
  look.unref();
`)}`;

const REPORTED_PORT = /^listening on (\d+)\n/m;

export type BuiltServerOptions = {
  /**
   * Its variables, besides the environment of tests; an absent value leaves the variable unset. DATABASE_URL should be
   * a file of the test's.
   */
  env: Record<string, string | undefined>;
  /** Modules that are loaded before the application. */
  imports?: readonly string[];
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** The built application in a process of its own, on a free port of the loopback interface. */
export type BuiltServer = {
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  /** What it has written to standard error until now, its structured log among it. */
  readonly log: () => string;
  /** Fulfilled when the log has `text` in it, after its first `from` characters; rejected when the process ends without. */
  readonly logged: (text: string, from?: number) => Promise<void>;
  /** Fulfilled when it is fit to take traffic; rejected when it ends first. */
  readonly healthy: () => Promise<void>;
  /** When and how it ended; all of its output has been read by then. */
  readonly exit: Promise<Exit>;
  /** Sends a signal, and waits for the end. */
  readonly kill: (signal: NodeJS.Signals) => Promise<Exit>;
};

const running = new Set<ChildProcess>();

/** For afterAll: no server outlives its tests, whatever became of them. */
export function stopBuiltServers(): void {
  for (const child of running) child.kill("SIGKILL");
}
process.once("exit", stopBuiltServers);

/**
 * Starts the server as `npm start` runs it, and waits until it is fit to take traffic.
 * @throws Error with its standard error when it doesn't start
 */
export async function startBuiltServer({ env, imports = [] }: BuiltServerOptions): Promise<BuiltServer> {
  const root = projectRoot();
  if (!existsSync(join(root, "build", "index.js"))) {
    throw new Error('There is no build to test; "npm test" makes one, and so does "npm run build".');
  }
  const child = spawn(process.execPath, serverCommand([REPORT_PORT, ...imports]), {
    cwd: root,
    env: {
      ...testEnvironment(process.env),
      NODE_ENV: "production",
      PORT: "0",
      HOST: "127.0.0.1",
      ...env,
    },
    // By the channel it notices when this process is gone, and ends.
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  running.add(child);
  let output = "";
  const looking = new Set<() => void>();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (const look of looking) look();
  });
  // Not "exit": the last output is read only when its streams are closed.
  const exit = once(child, "close").then(([code, signal]): Exit => {
    running.delete(child);
    return { code, signal };
  });
  const log = (): string => output.replace(REPORTED_PORT, "");

  /** Fulfilled with what `find` gives, as soon as the output has it. */
  const inOutput = <T>(find: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const result = find();
        if (result === undefined) return;
        looking.delete(look);
        resolve(result);
      };
      looking.add(look);
      look();
      void exit.then(({ code, signal }) => {
        if (!looking.delete(look)) return;
        reject(new Error(`The server ended (${code ?? signal}) before ${what}:\n${log()}`));
      });
    });

  const port = Number(await inOutput(() => REPORTED_PORT.exec(output)?.[1], "it listened"));
  const origin = `http://127.0.0.1:${port}`;
  const healthy = async (): Promise<void> => {
    while (!(await isFit(origin))) {
      if (!running.has(child)) throw new Error(`The server ended before it was fit:\n${log()}`);
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

async function isFit(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/healthz`).catch(() => null);
  await response?.arrayBuffer();
  return response?.ok === true;
}
