import { log } from "../platform/log.server";
import { singleton } from "../platform/singleton.server";
import { closeServer } from "./close-server.mjs";
import { processHooks } from "./process-hooks";

const state = () => singleton("shutdown", () => ({ draining: false }));

/** Whether the process is ending and should get no more traffic. */
export const isDraining = (): boolean => state().draining;

/**
 * Defines the clean end of the process: accept no more connections, finish the responses under way, then run
 * `steps` one after the other.
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
