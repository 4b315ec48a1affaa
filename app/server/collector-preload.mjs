// @ts-check
// Node loads this before the collector (node --import). The collector prepares its requests itself.
import { setFlagsFromString } from "node:v8";
import { isMainThread } from "node:worker_threads";
import { watchServer } from "./server-lifecycle.mjs";
import { createGate, createHooks, loadEnvironmentFile } from "./start-process.mjs";

/**
 * By how much the heap may grow until it is collected again, in percent. V8 lets a small one become several times as large,
 * and the first time even larger, by chance of what is alive just then: that was a third of the collector's memory. Set here
 * and not by an argument, because a Node without this option of V8 would not start.
 */
const HEAP_GROWTH = 60;

if (isMainThread) {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  loadEnvironmentFile();
  const hooks = createHooks();
  // Requests pass the gate in the collector, which knows their sender; connections are counted here.
  watchServer(hooks, (server) => createGate(hooks).guardConnections(server), "COLLECTOR_PORT");
}
