import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Browser } from "@playwright/test";
import { startLoopbackServer } from "../../support/loopback-server";

const RELEASE = join(
  dirname(createRequire(import.meta.url).resolve("speedscope/package.json")),
  "dist",
  "release",
);

const TYPES: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", css: "text/css" };

/** What speedscope reads in a profile (https://www.speedscope.app/file-format-schema.json). */
export type SpeedscopeFile = {
  shared: { frames: Array<{ name: string; file?: string }> };
  profiles: Array<{ unit: string; startValue: number; endValue: number }>;
};

/** Opens a profile in the real speedscope, and returns what it exports of it. */
export async function openInSpeedscope(
  browser: Browser,
  name: string,
  content: string,
): Promise<SpeedscopeFile> {
  const server = await startLoopbackServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path === `/${name}`) return response.end(content);
    try {
      const file = readFileSync(join(RELEASE, path === "/" ? "index.html" : path.slice(1)));
      const type = TYPES[path.split(".").at(-1) ?? ""] ?? "text/html";
      response.writeHead(200, { "Content-Type": path === "/" ? "text/html" : type }).end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/#profileURL=${encodeURIComponent(`${server.origin}/${name}`)}`);
    // It draws on a canvas, once it has read the profile.
    await page.locator("canvas").first().waitFor();
    const download = page.waitForEvent("download");
    await page.keyboard.press("Control+s");
    const exported = readFileSync(await (await download).path(), "utf8");
    await page.close();
    return JSON.parse(exported);
  } finally {
    await server.close();
  }
}
