import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium, expect, type Page } from "@playwright/test";
import { chromiumLaunch } from "./chromium";

/** A person's browser; that of headless Chromium says that it is one. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

export type RealBrowser = { browser: Browser; close(): Promise<void> };

/** A browser whose tabs no debugger is attached to; pages drive themselves, and say over HTTP how far they are. */
export type UnattendedBrowser = {
  /** Opens a tab in front of the others. */
  open(url: string): Promise<void>;
  close(): Promise<void>;
};

/** A Chromium of its own, with a fresh profile. */
async function launch() {
  const { executablePath, args } = chromiumLaunch();
  const profile = await mkdtemp(join(tmpdir(), "vitals-chromium-"));
  const chromiumProcess = spawn(
    executablePath,
    [
      ...args,
      "--headless=new",
      "--no-first-run",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      `--user-agent=${USER_AGENT}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = once(chromiumProcess, "exit");
  const kill = () => chromiumProcess.kill("SIGKILL");
  process.once("exit", kill);
  return {
    address: await debuggerAddress(chromiumProcess.stderr),
    kill,
    async ended() {
      await exited;
      process.off("exit", kill);
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/**
 * Starts a Chromium whose tabs behave as a person's do. Where Playwright starts it, every page is a window of
 * its own that always counts as focused and visible, so that none is ever hidden; here a tab that another one
 * covers is. Pages that are left go to the back/forward cache.
 */
export async function startRealBrowser(): Promise<RealBrowser> {
  const { address, ended } = await launch();
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  return {
    browser,
    async close() {
      const session = await browser.newBrowserCDPSession();
      // The answer may not arrive any more.
      await session.send("Browser.close").catch(() => undefined);
      await ended();
    },
  };
}

/** Starts a Chromium that no debugger is attached to: it refuses to prerender in a tab that has one. */
export async function startUnattendedBrowser(): Promise<UnattendedBrowser> {
  const { address, kill, ended } = await launch();
  const { host } = new URL(address);
  return {
    async open(url) {
      const response = await fetch(`http://${host}/json/new?${encodeURIComponent(url)}`, { method: "PUT" });
      if (!response.ok) throw new Error(`Chromium opens no tab: ${response.status}`);
    },
    async close() {
      kill();
      await ended();
    },
  };
}

/** Chromium writes where it listens, and much else, to its standard error, which must be read to the end. */
async function debuggerAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: stderr });
    reader.on("line", (line) => {
      lines.push(line);
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    reader.on("close", () => reject(new Error(`Chromium did not start:\n${lines.join("\n")}`)));
  });
}

const visibility = (page: Page) => page.evaluate(() => document.visibilityState);

/** Puts a new tab in front of a page. When it resolves, the page has handled that it is hidden. */
export async function hide(page: Page): Promise<void> {
  await page.context().newPage();
  await expect.poll(() => visibility(page)).toBe("hidden");
}

/** Brings a page that was hidden to the front again. */
export async function show(page: Page): Promise<void> {
  await page.bringToFront();
  await expect.poll(() => visibility(page)).toBe("visible");
}

/** Resolves when what happened so far has been painted, and what is observed of it was handed out. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
      }),
  );
}

/** A button that keeps the main thread busy for as many milliseconds as its `data-busy` says. */
export const WORK_BUTTON = `<button id="work">Work</button><script>
  document.getElementById("work").addEventListener("click", function () {
    const end = performance.now() + Number(this.dataset.busy);
    while (performance.now() < end);
    this.textContent = "Done in " + this.dataset.busy;
  });
</script>`;

/** Event Timing leaves out what is shorter than this, in ms, but for the first interaction of a page. */
const SHORTEST_EVENT = 16;

/**
 * Clicks the page's WORK_BUTTON. When it resolves, the browser has handed out the timing of that click: on a busy
 * machine it does so later than it paints, and a page that is hidden in between has no INP to report.
 */
export async function clickFor(page: Page, milliseconds: number): Promise<void> {
  await page.evaluate(
    ([busy, shortest]) => {
      document.getElementById("work")?.setAttribute("data-busy", String(busy));
      const timed = new Promise<void>((resolve) => {
        const observe = (type: string, options: object) =>
          new PerformanceObserver((list) => {
            if (list.getEntries().some(({ duration }) => duration >= busy)) resolve();
          }).observe({ type, ...options });
        if (busy > shortest) observe("event", { durationThreshold: shortest });
        else observe("first-input", { buffered: true });
      });
      Object.assign(window, { timed: () => timed });
    },
    [milliseconds, SHORTEST_EVENT] as const,
  );
  await page.click("#work");
  await page.evaluate("timed()");
  await painted(page);
}

/** Goes back to a page that the back/forward cache has kept; it fires no load event. */
export async function goBack(page: Page): Promise<void> {
  await page.goBack({ waitUntil: "commit" });
  await expect.poll(() => visibility(page)).toBe("visible");
}
