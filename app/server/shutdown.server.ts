import type { Server } from "node:http";
import { log } from "../platform/log.server";
import { singleton } from "../platform/singleton.server";
import { processHooks } from "./process-hooks";

/** How long answers under way may take before their connections are cut, in ms. */
const CLOSING = 10_000;

const state = () => singleton("shutdown", () => ({ draining: false }));

/** Whether the process is on its way out and should get no more traffic. */
export const isDraining = (): boolean => state().draining;

/**
 * Says what a clean end of the process is: take no new connections, let answers under way finish, then
 * `steps`, each after the one before it.
 */
export function onShutdown(steps: ReadonlyArray<{ name: string; run: () => Promise<void> }>): void {
  processHooks().shutdown = async () => {
    state().draining = true;
    log().info("shutting down");
    await closeServer(processHooks().server);
    for (const { name, run } of steps) {
      await run();
      log().debug({ step: name }, "shut down");
    }
    log().info("shut down cleanly");
  };
}

async function closeServer(server: Server | null): Promise<void> {
  if (server === null) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => {
    log().warn("cut off what was not answered in time");
    server.closeAllConnections();
  }, CLOSING);
  await closed;
  clearTimeout(cut);
}
