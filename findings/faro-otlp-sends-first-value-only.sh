#!/usr/bin/env bash
# A measurement of Faro has any number of values, and its own web vitals have several: LCP with its delta and sub-parts.
# Faro's transport for OTLP sends the first one, as the log record's `measurement.name` and `measurement.value`, and drops
# the others. Which is the first depends on the order of the object's keys. The transport gets all values from Faro, and has
# no warning (@grafana/faro-transport-otlp-http 2.12.1).
# Exits with 1 when the other values are sent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts \
  @grafana/faro-core@2.12.1 @grafana/faro-transport-otlp-http@2.12.1
cat >check.cjs <<'SCRIPT'
const { once } = require("node:events");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { initializeFaro } = require("@grafana/faro-core");
const { OtlpHttpTransport } = require("@grafana/faro-transport-otlp-http");

const VALUES = { lcp: 2500.5, delta: 2500.5, time_to_first_byte: 180.5, element_render_delay: 900.5 };
const received = [];
const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  received.push(text);
  response.setHeader("content-type", "application/json");
  response.end("{}");
  server.emit("received");
});
(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { api } = initializeFaro({
    app: { name: "shop" },
    batching: { enabled: false },
    instrumentations: [],
    metas: [],
    parseStacktrace: () => ({ frames: [] }),
    preventGlobalExposure: true,
    transports: [new OtlpHttpTransport({ logsURL: `http://127.0.0.1:${server.address().port}/v1/logs` })],
    unpatchedConsole: console,
  });
  api.pushMeasurement({ type: "web-vitals", values: VALUES });
  await once(server, "received");
  server.close();
  const [{ attributes }] = JSON.parse(received[0]).resourceLogs[0].scopeLogs[0].logRecords;
  console.log(`pushed ${JSON.stringify(VALUES)}`);
  for (const { key, value } of attributes) console.log(`sent ${key}: ${Object.values(value)}`);
  const names = ["faro-core", "faro-transport-otlp-http"];
  const version = (name) => JSON.parse(readFileSync(`node_modules/@grafana/${name}/package.json`, "utf8")).version;
  console.log(names.map((name) => `${name} ${version(name)}`).join(", "));
  const isFirst = attributes.some(({ key, value }) => key === "measurement.value" && value.doubleValue === VALUES.lcp);
  const areOthersGone = !/180\.5|900\.5|time_to_first_byte/.test(received[0]);
  process.exit(isFirst && areOthersGone ? 0 : 1);
})();
SCRIPT
node check.cjs
