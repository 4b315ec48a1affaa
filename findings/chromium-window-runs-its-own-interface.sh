#!/usr/bin/env bash
# Chromium in its new headless mode runs parts of its own interface (a WebUI renderer, `--top-chrome-webui`) for each new
# window. It uses as much processor time as loading a page, after `newPage()` has returned and without any page visited. On
# few cores it delays what is measured in that window: of two pages that are compared cold, the one that paints later bears
# more of it. A measurement should wait until the browser's processes rest.
# Needs Linux and Debian's Chromium (CHROMIUM_PATH, /usr/bin/chromium by default).
# Exits with 1 when a new window with an empty page has no such renderer, or it uses less than 50 ms.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --no-save playwright-core@1.65.1
cat >check.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
const session = await browser.newBrowserCDPSession();
const processes = async () => (await session.send("SystemInfo.getProcessInfo")).processInfo;
const isInterface = ({ id }) => readFileSync(`/proc/${id}/cmdline`, "latin1").includes("--top-chrome-webui");

/** CPU time (ms) of a window with an empty page from the moment at which it is there, in its page and in the interface. */
async function costOfWindow() {
  const context = await browser.newContext();
  const known = new Set((await processes()).map(({ id }) => id));
  await context.newPage();
  let cost = { page: 0, interface: 0 };
  for (let i = 0; i < 30; i += 1) {
    await sleep(100);
    const renderers = (await processes()).filter(({ id, type }) => type === "renderer" && !known.has(id));
    const sum = (some) => Math.round(1000 * some.reduce((all, { cpuTime }) => all + cpuTime, 0));
    const own = renderers.filter(isInterface);
    cost = { page: sum(renderers.filter((one) => !own.includes(one))), interface: sum(own) };
  }
  await context.close();
  return cost;
}
const costs = [];
for (let i = 0; i < 3; i += 1) costs.push(await costOfWindow());
console.log(`Chromium ${browser.version()}, CPU time of three windows with an empty page in ms: ${JSON.stringify(costs)}`);
await browser.close();
process.exit(costs.every((cost) => cost.interface >= 50) ? 0 : 1);
SCRIPT
node check.mjs
