// @ts-check
// Node loads this before the collector (node --import). The collector prepares its requests itself.
import { isMainThread } from "node:worker_threads";
import { watchServer } from "./server-lifecycle.mjs";
import { createHooks, loadEnvironmentFile } from "./start-process.mjs";

if (isMainThread) {
  loadEnvironmentFile();
  watchServer(createHooks(), "COLLECTOR_PORT");
}
