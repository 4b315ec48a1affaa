import { once } from "node:events";
import { type BuiltServerOptions, startBuiltServer } from "../support/built-server";
import type { Child, Workplace } from "./workplace.server";

/** A server in its own process, on the loopback interface. */
export type RunningServer = { port: number; pid: number; stop: () => Promise<void> };

export const HOST = "127.0.0.1";

/** Bearer token and password of the benches' cockpits. */
export const TOKEN = "a-token-of-the-benches-only";

/** What to start besides the cockpit of this version. */
type Program = Pick<BuiltServerOptions, "program" | "build">;

/**
 * Starts the built application on the database `file`, with further variables.
 * @throws Error with its standard error if it exits before
 */
export const startCockpit = (
  file: string,
  env: Record<string, string> = {},
  build?: BuiltServerOptions["build"],
): Promise<RunningServer> => start(file, env, { ...(build !== undefined && { build }) });

/** Starts the built collector on the database `file`. @throws Error as `startCockpit` does */
export const startCollector = (file: string, env: Record<string, string> = {}): Promise<RunningServer> =>
  start(file, env, { program: "collector" });

async function start(file: string, env: Record<string, string>, program: Program): Promise<RunningServer> {
  const { port, pid, kill } = await startBuiltServer({
    ...program,
    env: {
      DATABASE_URL: `file:${file}`,
      LOG_LEVEL: "warn",
      ADMIN_API_TOKEN: TOKEN,
      ADMIN_PASSWORD: TOKEN,
      // All beacons of a bench come from one address.
      RATE_LIMIT: "off",
      ...env,
    },
  });
  const stop = async (): Promise<void> => {
    await kill("SIGTERM");
  };
  return { port, pid, stop };
}

/** Starts a minimal HTTP server, which reads bodies and responds 204. */
export async function startBareServer(workplace: Workplace): Promise<RunningServer> {
  const child: Child = workplace.node(["tests/bench/bare-server.mjs"], { HOST });
  const [port] = (await Promise.race([
    once(child.process, "message"),
    once(child.process, "exit").then(() => {
      throw new Error(`The bare server did not come up.\n${child.complaints()}`);
    }),
  ])) as [number];
  return { port, pid: child.process.pid ?? 0, stop: () => workplace.end(child) };
}
