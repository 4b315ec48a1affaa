#!/usr/bin/env bash
# OpenTelemetry's browser processors of spans and logs flush when the page is hidden. Its reader of metrics has no such
# part: PeriodicExportingMetricReader exports every minute, also in a page. So a histogram of web vitals has nothing of any
# visit of less than a minute, and CLS and INP, which web-vitals reports when the page is hidden, only of visitors who
# come back to the tab for long enough. The same values as log records arrive (sdk-metrics and sdk-logs 3.1.1).
# Needs Linux and Debian's Chromium (CHROMIUM_PATH, /usr/bin/chromium by default).
# Exits with 1 when the metrics of a page that is left arrive, or the log records do not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --no-save playwright-core@1.65.1 esbuild@0.28.2 web-vitals@6.2.3 \
  @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/exporter-metrics-otlp-http@0.301.0 \
  @opentelemetry/sdk-logs@3.1.1 @opentelemetry/exporter-logs-otlp-http@0.301.0
cat >page.js <<'SCRIPT'
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { onCLS, onFCP } from "web-vitals";

const url = (signal) => new URL(`/v1/${signal}`, location.href).href;
const metrics = new OTLPMetricExporter({ url: url("metrics") });
const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metrics })] });
const logs = new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: url("logs") }) });
const logger = new LoggerProvider({ processors: [logs] }).getLogger("vitals");
const meter = provider.getMeter("vitals");
window.recorded = [];
for (const on of [onFCP, onCLS]) {
  on(({ name, value }) => {
    meter.createHistogram(name).record(value);
    logger.emit({ body: `${name} recorded` });
    window.recorded.push(name);
  });
}
window.flush = () => provider.forceFlush();
SCRIPT
node_modules/.bin/esbuild page.js --bundle --format=iife --outfile=bundle.js --log-level=error
cat >check.mjs <<'SCRIPT'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const received = { "/v1/metrics": "", "/v1/logs": "" };
const server = createServer(async (request, response) => {
  if (request.method === "POST") {
    for await (const chunk of request) received[request.url] += chunk;
    return response.writeHead(200, { "content-type": "application/json" }).end("{}");
  }
  const isScript = request.url === "/bundle.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? readFileSync("bundle.js") : '<!doctype html><p>page</p><script src="/bundle.js"></script>');
}).listen(0, "127.0.0.1");
await once(server, "listening");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
for (const name of ["sdk-metrics", "sdk-logs"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/@opentelemetry/${name}/package.json`, "utf8")).version);
}
/** Which vitals a page that is left has sent, as metrics and as log records. */
async function visit(leave) {
  for (const path of Object.keys(received)) received[path] = "";
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => window.recorded.includes("FCP"));
  await leave(page);
  await page.goto("about:blank");
  while (!received["/v1/logs"].includes("CLS recorded")) await sleep(50);
  await sleep(3_000);
  const seen = Object.values(received).map((text) => ["FCP", "CLS"].filter((name) => text.includes(name)).join());
  await page.close();
  return seen;
}
const left = await visit(async () => {});
const flushed = await visit((page) => page.evaluate(() => window.flush()));
console.log(`left: metrics "${left[0]}", logs "${left[1]}"; after a flush by hand: metrics "${flushed[0]}", logs "${flushed[1]}"`);
await browser.close();
server.close();
process.exit(left.join(" ") === " FCP,CLS" && flushed.join(" ") === "FCP FCP,CLS" ? 0 : 1);
SCRIPT
node check.mjs
