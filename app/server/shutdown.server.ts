import { log } from "../platform/log.server";
import { singleton } from "../platform/singleton.server";
import { closeServer } from "./close-server.mjs";
import { processHooks } from "./process-hooks";

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
    await closeServer(processHooks().server, {
      onTimeout: () => log().warn("cut off requests that were not answered in time"),
    });
    for (const { name, run } of steps) {
      await run();
      log().debug({ step: name }, "shut down");
    }
    log().info("shut down cleanly");
  };
}
