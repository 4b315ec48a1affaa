import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium, expect, type Page } from "@playwright/test";
import { chromiumLaunch } from "./chromium";

/** The user agent of a person's browser; that of headless Chromium counts as a bot. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

export type RealBrowser = { browser: Browser; close(): Promise<void> };

/** A browser without a debugger; its pages run by themselves, and report their progress over HTTP. */
export type UnattendedBrowser = {
  open(url: string): Promise<void>;
  close(): Promise<void>;
};

/** A separate Chromium with a new profile. */
async function launch() {
  const { executablePath, args } = chromiumLaunch({ withTabs: true });
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
 * Starts a Chromium with real tabs. In a browser that Playwright starts, every page counts as focused and visible; here a
 * tab in the background is hidden, and pages that are left enter the back/forward cache.
 * @see https://github.com/microsoft/playwright/issues/2286
 */
export async function startRealBrowser(): Promise<RealBrowser> {
  const { address, ended } = await launch();
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  return {
    browser,
    async close() {
      const session = await browser.newBrowserCDPSession();
      // The browser may exit before it responds.
      await session.send("Browser.close").catch(() => undefined);
      await ended();
    },
  };
}

/** Starts a Chromium without a debugger: with one, it does not prerender. */
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

/** Reads the debugger's address from Chromium's standard error, and drains the rest so that it never blocks. */
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

/** Opens a tab in front of a page. Resolves when the page has handled visibilitychange. */
export async function hide(page: Page): Promise<void> {
  await page.context().newPage();
  await expect.poll(() => visibility(page)).toBe("hidden");
}

export async function show(page: Page): Promise<void> {
  await page.bringToFront();
  await expect.poll(() => visibility(page)).toBe("visible");
}

/** Resolves after the next paint, when performance observers have received their entries. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
      }),
  );
}

/** Resolves when the browser has reported an element as the largest so far: an image is decoded after its first frame. */
export async function largest(page: Page, selector: string): Promise<void> {
  await page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        new PerformanceObserver((list) => {
          const elements = list.getEntries().map((entry) => (entry as LargestContentfulPaint).element);
          if (elements.some((element) => element?.matches(wanted))) resolve();
        }).observe({ type: "largest-contentful-paint", buffered: true });
      }),
    selector,
  );
}

/** A button that blocks the main thread for `data-busy` ms. */
export const WORK_BUTTON = `<button id="work">Work</button><script>
  document.getElementById("work").addEventListener("click", function () {
    const end = performance.now() + Number(this.dataset.busy);
    while (performance.now() < end);
    this.textContent = "Done in " + this.dataset.busy;
  });
</script>`;

/** Event Timing omits shorter events, in ms, except for the first input: https://w3c.github.io/event-timing/ */
const SHORTEST_EVENT = 16;

/** Event Timing rounds durations to 8 ms. */
const ROUNDING = 4;

/**
 * Lets `action` (a click, a key) cause an interaction that keeps the page busy for `milliseconds`. Resolves when the
 * browser has dispatched its entry: on a busy machine this happens after the paint, and a page that is hidden before
 * reports no INP.
 */
export async function interact(
  page: Page,
  milliseconds: number,
  action: () => Promise<unknown>,
): Promise<void> {
  await page.evaluate(
    ([busy, shortest, rounding]) => {
      const timed = new Promise<void>((resolve) => {
        const observe = (type: string, options: object) =>
          new PerformanceObserver((list) => {
            if (list.getEntries().some(({ duration }) => duration >= busy - rounding)) resolve();
          }).observe({ type, ...options });
        if (busy > shortest) observe("event", { durationThreshold: shortest });
        else observe("first-input", { buffered: true });
      });
      Object.assign(window, { timed: () => timed });
    },
    [milliseconds, SHORTEST_EVENT, ROUNDING] as const,
  );
  await action();
  await page.evaluate("timed()");
  await painted(page);
}

/** Clicks the page's WORK_BUTTON, which is busy for `milliseconds`. Resolves when the browser has reported the click. */
export async function clickFor(page: Page, milliseconds: number): Promise<void> {
  await page.evaluate(
    (busy) => document.getElementById("work")?.setAttribute("data-busy", String(busy)),
    milliseconds,
  );
  await interact(page, milliseconds, () => page.click("#work"));
}

/** Goes back to a page in the back/forward cache, which fires no load event. */
export async function goBack(page: Page): Promise<void> {
  await page.goBack({ waitUntil: "commit" });
  await expect.poll(() => visibility(page)).toBe("visible");
}
