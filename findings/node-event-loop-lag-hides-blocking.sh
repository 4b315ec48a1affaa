#!/usr/bin/env bash
# The percentiles of Node's `monitorEventLoopDelay`, which prom-client exports as `nodejs_eventloop_lag_p99_seconds` and so
# on, are intervals between timers, not delays: an idle process reports a lag of 10 ms, the sampling interval. And a loop
# that stands still is not sampled: 2 s of it are one value among hundreds. A process that is blocked for half of the time,
# in which a random request waits 0.5 s on average, has the same p50 and p90 as an idle one, and often the same p99. Only the
# maximum shows it, and `eventLoopUtilization()`.
# Exits with 1 when an idle process reports less than 9 ms, or p90 of a blocked one is half as long as a block.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts prom-client@15.1.3
cat >check.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { collectDefaultMetrics, register } from "prom-client";

const block = (ms) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};
/** The lags in ms since the last time. */
async function lags() {
  const text = await register.metrics();
  const of = (name) => 1000 * Number(text.match(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (.+)$`, "m"))[1]);
  return { p50: of("p50"), p90: of("p90"), p99: of("p99"), mean: of("mean"), max: of("max") };
}
const line = (values) => Object.entries(values).map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(", ");
/** As many timers as fit into 2 s when nothing else runs. @returns how long they took (ms) */
async function rest() {
  const begin = performance.now();
  for (let i = 0; i < 200; i += 1) await sleep(10);
  return performance.now() - begin;
}
collectDefaultMetrics();
await sleep(200);
await lags();
await rest();
const idle = await lags();
const before = performance.eventLoopUtilization();
const blocks = [];
for (let i = 0; i < 3; i += 1) {
  blocks.push(await rest());
  block(blocks[i]);
}
await sleep(50);
const busy = await lags();
const { utilization } = performance.eventLoopUtilization(before);
console.log("prom-client", JSON.parse(readFileSync("node_modules/prom-client/package.json", "utf8")).version, process.version);
console.log(`idle, lag in ms: ${line(idle)}`);
const lengths = blocks.map((ms) => ms.toFixed(0)).join(", ");
console.log(`blocked for ${lengths} ms, half of the time, lag in ms: ${line(busy)}; utilization ${utilization.toFixed(2)}`);
const shortest = Math.min(...blocks);
process.exit(idle.p50 >= 9 && busy.p90 < shortest / 2 && busy.max >= shortest && utilization > 0.4 ? 0 : 1);
SCRIPT
node check.mjs
