import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Child, Workplace } from "./workplace.server";

/** A server in a process of its own, on this machine only. */
export type RunningServer = { port: number; stop: () => Promise<void> };

export const HOST = "127.0.0.1";

/** What the cockpits of benches take for an admin. */
export const TOKEN = "a-token-of-the-benches-only";

/** How long a server may take until it answers, in ms. */
const STARTING = 30_000;

/** As `npm start` runs it. */
const COCKPIT = [
  "--max-http-header-size=65536",
  "--enable-source-maps",
  "--import",
  "./app/platform/preload.mjs",
  "node_modules/@remix-run/serve/dist/cli.js",
  "build/index.js",
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Starts the built application on the database `file`, with further variables where need be.
 * @throws Error with what it complained about, when it does not come up
 */
export async function startCockpit(
  workplace: Workplace,
  file: string,
  env: Record<string, string> = {},
): Promise<RunningServer> {
  const port = await freePort();
  const child = workplace.node(COCKPIT, {
    HOST,
    PORT: String(port),
    DATABASE_URL: `file:${file}`,
    LOG_LEVEL: "warn",
    ADMIN_API_TOKEN: TOKEN,
    ADMIN_PASSWORD: TOKEN,
    ...env,
  });
  const deadline = performance.now() + STARTING;
  while (!(await isHealthy(port))) {
    if (child.process.exitCode !== null || performance.now() > deadline) {
      await workplace.end(child);
      throw new Error(`The cockpit did not come up.\n${child.complaints()}`);
    }
    await sleep(50);
  }
  return { port, stop: () => workplace.end(child) };
}

const isHealthy = (port: number): Promise<boolean> =>
  fetch(`http://${HOST}:${port}/healthz`).then(
    ({ status }) => status === 200,
    () => false,
  );

/** Starts the server that does as little as an HTTP server can: it reads bodies and answers 204. */
export async function startBareServer(workplace: Workplace): Promise<RunningServer> {
  const child: Child = workplace.node(["tests/bench/bare-server.mjs"], { HOST });
  const [port] = (await Promise.race([
    once(child.process, "message"),
    once(child.process, "exit").then(() => {
      throw new Error(`The bare server did not come up.\n${child.complaints()}`);
    }),
  ])) as [number];
  return { port, stop: () => workplace.end(child) };
}
