#!/usr/bin/env bash
# To OpenTelemetry, the attributes `status: 500` and `status: "500"` are two series, and so are `http.route` and
# `http_route`. A label of Prometheus has only texts, and no dot in its name. OpenTelemetry's exporter writes both series with
# the same labels, each with its part of the sum, and without a warning. The text format demands that lines are unique, and
# leaves open which of them counts: the errors of one part of the code are missing (@opentelemetry/exporter-prometheus
# 0.301.0).
# https://prometheus.io/docs/instrumenting/exposition_formats/#grouping-and-sorting
# Exits with 1 when each series is written once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 \
  @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/exporter-prometheus@0.301.0
cat >check.cjs <<'SCRIPT'
const { once } = require("node:events");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { MeterProvider } = require("@opentelemetry/sdk-metrics");
const { PrometheusExporter } = require("@opentelemetry/exporter-prometheus");

const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter("shop");
const errors = meter.createCounter("errors");
errors.add(1, { status: 500 });
errors.add(2, { status: "500" });
const views = meter.createCounter("views");
views.add(3, { "http.route": "/item" });
views.add(4, { http_route: "/item" });
(async () => {
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const text = await (await fetch(`http://127.0.0.1:${server.address().port}/metrics`)).text();
  server.close();
  const lines = text.split("\n").filter((line) => /^(errors|views)/.test(line));
  console.log(lines.join("\n"));
  const series = new Set(lines.map((line) => line.slice(0, line.lastIndexOf(" "))));
  const { version } = JSON.parse(readFileSync("node_modules/@opentelemetry/exporter-prometheus/package.json", "utf8"));
  console.log(`${lines.length} lines of ${series.size} series, exporter-prometheus ${version}`);
  process.exit(lines.length === 4 && series.size === 2 ? 0 : 1);
})();
SCRIPT
node check.cjs
