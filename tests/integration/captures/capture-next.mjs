// @ts-check
// Makes next-<version>-requests.json: what `useReportWebVitals` of Next.js sends from a real Chromium. Next.js is far too
// large (340 MB) to be installed for every test run, so this is run by hand when a new version is to be tried:
//   node tests/integration/captures/capture-next.mjs 16.4.6
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "@playwright/test";

const version = process.argv[2] ?? "16.4.6";
const folder = mkdtempSync(join(tmpdir(), "capture-next-"));

/** @type {Record<string, string>} */
const FILES = {
  "package.json": JSON.stringify({ private: true }),
  "app/layout.js": `import { WebVitals } from "./web-vitals";
    export default function Layout({ children }) {
      return <html lang="en"><body><WebVitals />{children}</body></html>;
    }`,
  "app/web-vitals.js": `"use client";
    import { useReportWebVitals } from "next/web-vitals";
    const report = (metric) => navigator.sendBeacon(process.env.NEXT_PUBLIC_COCKPIT, JSON.stringify(metric));
    export function WebVitals() { useReportWebVitals(report); return null; }`,
  "app/work.js": `"use client";
    const work = (event) => {
      const end = performance.now() + 60;
      while (performance.now() < end);
      event.currentTarget.textContent = "Done";
    };
    export const Work = () => <button onClick={work}>Work</button>;`,
  "app/workspace/[id]/page.js": `import Link from "next/link";
    import { Work } from "../../work";
    export default async function Page({ params }) {
      const { id } = await params;
      return <main><h1>Workspace {id}</h1><Work /><Link href="/settings">Settings</Link></main>;
    }`,
  "app/settings/page.js": `export default function Page() {
      return <main><h1>Settings</h1><p>A paragraph that is painted, and larger than what stood there before.</p></main>;
    }`,
};

/** @type {Array<{ url: string, contentType: string, referer: string, body: string }>} */
const captured = [];
const collector = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const { "content-type": contentType = "", referer = "" } = request.headers;
    captured.push({ url: request.url ?? "", contentType, referer, body });
    response.writeHead(204).end();
  });
});
await new Promise((resolve) => collector.listen(0, "127.0.0.1", () => resolve(null)));
const address = /** @type {import("node:net").AddressInfo} */ (collector.address());
const cockpit = `http://127.0.0.1:${address.port}/api/analytics/web-vitals?build_version=2.4.1`;

for (const [name, text] of Object.entries(FILES)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NEXT_PUBLIC_COCKPIT: cockpit };
const run = (/** @type {string[]} */ [command = "", ...args]) =>
  execFileSync(command, args, { cwd: folder, env, stdio: "inherit" });
run(["npm", "install", "--no-save", `next@${version}`, "react@19", "react-dom@19"]);
run(["npx", "next", "build"]);
const port = address.port + 1;
const site = spawn("npx", ["next", "start", "-p", String(port)], { cwd: folder, env, detached: true });
const origin = `http://127.0.0.1:${port}`;
const isUp = () =>
  fetch(`${origin}/settings`).then(
    ({ ok }) => ok,
    () => false,
  );
while (!(await isUp())) await new Promise((resolve) => setTimeout(resolve, 200));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage();
await page.goto(`${origin}/workspace/42?token=secret`, { waitUntil: "load" });
await page.waitForTimeout(1_500);
await page.getByRole("button").click();
await page.waitForTimeout(1_000);
await page.getByRole("link").click();
await page.waitForURL("**/settings");
await page.waitForTimeout(1_500);
await page.goto("about:blank");
await page.waitForTimeout(1_500);
await browser.close();
if (site.pid !== undefined) process.kill(-site.pid);
collector.close();
rmSync(folder, { recursive: true, force: true });
writeFileSync(
  join(import.meta.dirname, `next-${version}-requests.json`),
  `${JSON.stringify(captured, null, 2)}\n`,
);
