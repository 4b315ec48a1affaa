#!/usr/bin/env bash
# Faro's web SDK stamps a measurement with the page that is current when web-vitals reports it. CLS and INP are reported
# when the page is hidden, so after client-side navigations all shifts and interactions of the visit count for the last
# page, not for the one on which they happened, nor for the one that was loaded, as in CrUX. web-vitals gives the right
# address with each metric, `navigationURL`, and Faro does not send it. Of a visit that shifts on /list and ends on /item,
# FCP and LCP belong to /list, and the shift and the slow click to /item, which has neither (@grafana/faro-web-sdk 2.12.1).
# Needs Linux and Debian's Chromium (CHROMIUM_PATH, /usr/bin/chromium by default).
# Exits with 1 when CLS and INP have the page on which they happened.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --no-save playwright-core@1.65.1 @grafana/faro-web-sdk@2.12.1 web-vitals@6.2.3
cat >check.mjs <<'SCRIPT'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const FILES = {
  "/faro.js": "node_modules/@grafana/faro-web-sdk/dist/bundle/faro-web-sdk.iife.js",
  "/vitals.js": "node_modules/web-vitals/dist/web-vitals.iife.js",
};
const PAGE = `<!doctype html><script src="/faro.js"></script><script src="/vitals.js"></script>
<script>GrafanaFaroWebSdk.initializeFaro({ url: "/collect", app: { name: "shop" } });
for (const name of ["CLS", "INP"]) {
  webVitals["on" + name](({ navigationURL }) => navigator.sendBeacon("/vitals", JSON.stringify({ name, navigationURL })));
}</script>
<main>List</main><button>Slow</button>
<script>document.querySelector("button").addEventListener("click", () => {
  const end = performance.now() + 200;
  while (performance.now() < end);
});</script>`;
const pages = {};
const navigations = {};
const server = createServer(async (request, response) => {
  if (request.method === "POST") {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    if (request.url === "/vitals") navigations[body.name] = new URL(body.navigationURL).pathname;
    for (const { type, values } of body.measurements ?? []) {
      if (type === "web-vitals") pages[Object.keys(values)[0]] = new URL(body.meta.page.url).pathname;
    }
    return response.writeHead(202).end();
  }
  const file = FILES[request.url];
  return response
    .setHeader("content-type", file === undefined ? "text/html" : "text/javascript")
    .end(file === undefined ? PAGE : readFileSync(file));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/list`);
const isReported = (name) => pages[name] !== undefined;
while (!isReported("fcp")) await sleep(50);
await page.evaluate(async () => {
  const shifted = new Promise((done) => new PerformanceObserver(done).observe({ type: "layout-shift" }));
  document.querySelector("main").style.paddingTop = "300px";
  await shifted;
});
await page.click("button");
while (!isReported("lcp")) await sleep(50);
await page.evaluate(() => history.pushState(null, "", "/item"));
await page.goto("about:blank");
while (!["cls", "inp"].every(isReported) || Object.keys(navigations).length < 2) await sleep(50);
const { version } = JSON.parse(readFileSync("node_modules/@grafana/faro-web-sdk/package.json", "utf8"));
console.log(`@grafana/faro-web-sdk ${version}, Chromium ${browser.version()}`);
console.log("page of Faro's measurements:", JSON.stringify(pages));
console.log("navigationURL of web-vitals:", JSON.stringify(navigations));
await browser.close();
server.close();
const isUnchanged = ["fcp", "lcp"].every((name) => pages[name] === "/list") && pages.cls === "/item" && pages.inp === "/item";
process.exit(isUnchanged && navigations.CLS === "/list" && navigations.INP === "/list" ? 0 : 1);
SCRIPT
node check.mjs
