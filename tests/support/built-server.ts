import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/** Loaded beside the preload: tells the port that the server got, which nothing else does. */
const TELL_PORT = `data:text/javascript,${encodeURIComponent(`
  const look = setInterval(() => {
    const address = globalThis[Symbol.for("vitals-cockpit.process")]?.server?.address();
    if (address == null) return;
    clearInterval(look);
    process.send({ port: address.port });
  }, 5);
`)}`;

export type BuiltServer = {
  origin: string;
  /** Everything on standard error until now. */
  stderr: () => string;
  /** Ends it as an operator does. */
  stop: () => Promise<void>;
};

const running = new Set<ChildProcess>();

/** For afterAll: no server outlives its tests, whatever became of them. */
export function stopBuiltServers(): void {
  for (const child of running) child.kill("SIGKILL");
}

/**
 * The server as `npm run build` built it, as a process of its own on a free port.
 * @param env its variables; DATABASE_URL should be a file of the test's
 * @throws Error with its standard error when it doesn't start
 */
export async function startBuiltServer(env: Record<string, string>): Promise<BuiltServer> {
  const preloads = ["./app/platform/preload.mjs", TELL_PORT].flatMap((module) => ["--import", module]);
  const args = ["--max-http-header-size=65536", ...preloads];
  const child = spawn(
    process.execPath,
    [...args, "node_modules/@remix-run/serve/dist/cli.js", "build/index.js"],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", PORT: "0", HOST: "127.0.0.1", ...env },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    },
  );
  running.add(child);
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  // Not "exit": what it said last is read by then.
  const ended = once(child, "close").then(() => running.delete(child));
  const told = await Promise.race([once(child, "message"), ended]);
  if (!Array.isArray(told)) throw new Error(`The server did not start:\n${stderr}`);
  const { port } = told[0] as { port: number };
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { origin: `http://127.0.0.1:${port}`, stderr: () => stderr, stop };
}
