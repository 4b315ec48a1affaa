import { setTimeout as pause } from "node:timers/promises";
import { type Browser, type BrowserContext, chromium } from "@playwright/test";
import { chromiumLaunch } from "../e2e/support/chromium";
import { type Figure, toFigure } from "./figures";
import { HOST, TOKEN } from "./servers.server";

/** A small page of the same application, without queries. */
export const SMALL_PAGE = "/login";

/** Bytes of all responses on the wire, including headers. */
type Load = { bytes: number; requests: number };

/**
 * Measures the bytes of the page at `path` on the wire.
 * @param faroPort of a cockpit with FARO_URL, otherwise the same
 */
export async function measureBytes(port: number, faroPort: number, path: string): Promise<Figure[]> {
  const browser = await chromium.launch(chromiumLaunch({ withTabs: true }));
  const origin = `http://${HOST}:${port}`;
  try {
    return bytesFigures(
      await loadCold(browser, origin + path, false),
      await loadCold(browser, origin + path, true),
      await loadCold(browser, origin + SMALL_PAGE, true),
      await loadCold(browser, `http://${HOST}:${faroPort}${path}`, true),
    );
  } finally {
    await browser.close();
  }
}

/** A context without cache, authenticated by the token. */
export const admin = (browser: Browser, javaScriptEnabled: boolean): Promise<BrowserContext> =>
  browser.newContext({ javaScriptEnabled, extraHTTPHeaders: { Authorization: `Bearer ${TOKEN}` } });

/** A browser rests when all of its processes use less than `cpu` s in `time` ms, `times` times in succession. */
const REST = { cpu: 0.01, time: 100, times: 3, patience: 100 } as const;

/**
 * Resolves when the browser rests. Chromium loads parts of its own interface with each new window, which needs a processor for a
 * third of a second.
 * @throws Error where it does not within ten seconds
 */
export async function atRest(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const used = async (): Promise<number> => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  try {
    let before = await used();
    for (let i = 0, resting = 0; i < REST.patience; i += 1) {
      await pause(REST.time);
      const now = await used();
      resting = now - before < REST.cpu ? resting + 1 : 0;
      if (resting === REST.times) return;
      before = now;
    }
    throw new Error("The browser does not come to rest.");
  } finally {
    await session.detach();
  }
}

/** Loads `url` without cache, and counts requests and bytes. */
async function loadCold(browser: Browser, url: string, javaScript: boolean): Promise<Load> {
  const context = await admin(browser, javaScript);
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const load: Load = { bytes: 0, requests: 0 };
    const inline = new Set<string>();
    session.on("Network.requestWillBeSent", ({ requestId, request }) => {
      if (request.url.startsWith("data:")) inline.add(requestId);
      else load.requests += 1;
    });
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (!inline.has(requestId)) load.bytes += encodedDataLength;
    });
    await session.send("Network.enable");
    const response = await page.goto(url, { waitUntil: "networkidle" });
    if (response?.status() !== 200) throw new Error(`${url}: status ${response?.status()}.`);
    return load;
  } finally {
    await context.close();
  }
}

function bytesFigures(plain: Load, enhanced: Load, small: Load, withFaro: Load): Figure[] {
  const figure = (
    name: string,
    unit: string,
    value: number,
    atMost: number,
    baseline: number,
    baselineName = "the sign-in page",
  ) =>
    toFigure({
      bench: "pages",
      name,
      unit,
      rounds: [value],
      baseline: { name: baselineName, rounds: [baseline] },
      target: { of: "value", atMost },
      sample: "one cold load of the cockpit over 24h in Chromium; bytes of all answers with their headers",
    });
  return [
    figure("cold, without JavaScript", "bytes", plain.bytes, 25_000, small.bytes),
    figure("cold, with JavaScript", "bytes", enhanced.bytes, 60_000, small.bytes),
    figure("requests, with JavaScript", "requests", enhanced.requests, 4, small.requests),
    figure("cold, with FARO_URL", "bytes", withFaro.bytes, 180_000, enhanced.bytes, "without it"),
  ];
}
