#!/usr/bin/env bash
# A page may have 64 KiB of bodies of `fetch(…, { keepalive: true })` in flight. Chromium returns a request's share when its
# response was read to the end, which it does by itself for a body that nobody reads, unless the response has
# `Cache-Control: no-store`. Sentry's transport reads status and headers. So behind a tunnel of one's own that answers
# with a short JSON body and that header, the first 64 KiB of envelopes arrive, and all later ones of that page are network
# errors, among them its last web vitals. Without the header, or with 204, all arrive (Chromium 156, @sentry/browser
# 11.12.0).
# Needs Linux and Debian's Chromium (CHROMIUM_PATH, /usr/bin/chromium by default).
# Exits with 1 when all envelopes arrive behind such a tunnel, or some do not behind the others.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --no-save \
  playwright-core@1.65.1 esbuild@0.28.2 @sentry/browser@11.12.0
cat >page.js <<'SCRIPT'
import { captureMessage, getClient, init } from "@sentry/browser";
init({ dsn: "https://key@example.com/1", tunnel: "/tunnel", defaultIntegrations: false, sendClientReports: false });
/** Sends messages of some KiB, each when the outcome of the one before is known, and gives the number of those answered. */
window.send = async (count) => {
  let answered = 0;
  for (let i = 0; i < count; i += 1) {
    const outcome = new Promise((resolve) => getClient().on("afterSendEvent", (_, response) => resolve(response)));
    captureMessage(`${i} ${"x".repeat(4_000)}`);
    answered += (await outcome)?.statusCode === undefined ? 0 : 1;
  }
  return answered;
};
SCRIPT
node_modules/.bin/esbuild page.js --bundle --format=iife --outfile=bundle.js --log-level=error
cat >check.mjs <<'SCRIPT'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const COUNT = 30;
const ANSWERS = {
  "200 {} no-store": [200, { "cache-control": "no-store" }, "{}"],
  "200 {}": [200, {}, "{}"],
  "204 no-store": [204, { "cache-control": "no-store" }, ""],
};
let [answer, received] = [ANSWERS["200 {}"], 0];
const server = createServer(async (request, response) => {
  if (request.method !== "POST") return response.setHeader("content-type", "text/html").end("<p>page");
  for await (const _ of request);
  received += 1;
  const [status, headers, text] = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}).listen(0, "127.0.0.1");
await once(server, "listening");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
const { version } = JSON.parse(readFileSync("node_modules/@sentry/browser/package.json", "utf8"));
console.log(`Chromium ${browser.version()}, @sentry/browser ${version}`);
const counts = {};
for (const name of Object.keys(ANSWERS)) {
  [answer, received] = [ANSWERS[name], 0];
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.addScriptTag({ content: readFileSync("bundle.js", "utf8") });
  const answered = await page.evaluate((count) => window.send(count), COUNT);
  counts[name] = received;
  console.log(`${name}: ${received} of ${COUNT} envelopes arrived, ${answered} answered`);
  await page.close();
}
await browser.close();
server.close();
const isLossy = counts["200 {} no-store"] > 0 && counts["200 {} no-store"] < COUNT / 2;
process.exit(isLossy && counts["200 {}"] === COUNT && counts["204 no-store"] === COUNT ? 0 : 1);
SCRIPT
node check.mjs
