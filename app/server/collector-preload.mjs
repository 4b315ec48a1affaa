// @ts-check
// Node loads this before the collector (node --import). The collector prepares its requests itself.
import { isMainThread } from "node:worker_threads";
import { watchServer } from "./server-lifecycle.mjs";
import { createGate, createHooks, loadEnvironmentFile } from "./start-process.mjs";

if (isMainThread) {
  loadEnvironmentFile();
  const hooks = createHooks();
  // Requests pass the gate in the collector, which knows their sender; connections are counted here.
  watchServer(hooks, (server) => createGate(hooks).guardConnections(server), "COLLECTOR_PORT");
}
