#!/usr/bin/env bash
# Prometheus' HTTP API writes values as texts, infinity as "+Inf" and "-Inf". The client prometheus-query reads them with
# parseFloat, to which neither is a number. A ratio without a denominator, such as errors of a route that had no requests,
# is NaN: every comparison with it is false, so that a check "more than 5 %" passes, and JSON has null for it. The client has
# no error, and other values are right (prometheus-query 3.5.1).
# https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats
# Exits with 1 when infinite values are infinite.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts prometheus-query@3.5.1
cat >check.cjs <<'SCRIPT'
const { once } = require("node:events");
const { createServer } = require("node:http");
const { PrometheusDriver } = require("prometheus-query");

const VALUES = ["0.04", "+Inf", "-Inf"];
const result = VALUES.map((value) => ({ metric: { value }, value: [1_769_860_800, value] }));
const server = createServer((_, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
});
(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const driver = new PrometheusDriver({ endpoint: `http://127.0.0.1:${server.address().port}` });
  const { result: series } = await driver.instantQuery("errors / requests");
  server.close();
  const read = series.map(({ metric, value }) => {
    console.log(`${metric.labels.value} is read as ${value.value}, more than 5 %: ${value.value > 0.05}`);
    return value.value;
  });
  console.log("prometheus-query", require("prometheus-query/package.json").version);
  process.exit(read[0] === 0.04 && Number.isNaN(read[1]) && Number.isNaN(read[2]) ? 0 : 1);
})();
SCRIPT
node check.cjs
