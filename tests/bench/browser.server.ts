import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { chromiumLaunch } from "../e2e/support/chromium";
import { type Figure, type Measured, toFigure } from "./figures";
import { alternate } from "./rounds";
import { HOST, TOKEN } from "./servers.server";

const VISITS = 7;

/** A small page of the same application, without queries. */
const SMALL_PAGE = "/login";

/** Beacons and longest task (ms), recorded by the init script in the page. */
type Recording = { beacons: string[]; longest: number };
type RecordedWindow = Window & { recording: Recording };

type Visit = { LCP: number; CLS: number; INP: number; longest: number };

/** Bytes of all responses on the wire, including headers. */
type Load = { bytes: number; requests: number };

/**
 * Measures the page at `path`: bytes on the wire, and Web Vitals from our own script.
 * @param faroPort of a cockpit with FARO_URL, otherwise the same
 */
export async function measureInBrowser(port: number, faroPort: number, path: string): Promise<Figure[]> {
  const browser = await chromium.launch(chromiumLaunch());
  const origin = `http://${HOST}:${port}`;
  try {
    return [
      ...bytesFigures(
        await loadCold(browser, origin + path, false),
        await loadCold(browser, origin + path, true),
        await loadCold(browser, origin + SMALL_PAGE, true),
        await loadCold(browser, `http://${HOST}:${faroPort}${path}`, true),
      ),
      ...(await vitalsFigures(browser, origin, path)),
    ];
  } finally {
    await browser.close();
  }
}

/** A context without cache, authenticated by the token. */
const admin = (browser: Browser, javaScriptEnabled: boolean): Promise<BrowserContext> =>
  browser.newContext({ javaScriptEnabled, extraHTTPHeaders: { Authorization: `Bearer ${TOKEN}` } });

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

async function vitalsFigures(browser: Browser, origin: string, path: string): Promise<Figure[]> {
  const rounds = await alternate<{ cockpit: Visit; small: Visit }>(VISITS, {
    cockpit: () => visit(browser, origin + path),
    small: () => visit(browser, origin + SMALL_PAGE),
  });
  const figure = (name: string, of: keyof Visit, unit: string, target?: Measured["target"]): Figure =>
    toFigure({
      bench: "pages",
      name,
      unit,
      rounds: rounds.cockpit.map((visit) => visit[of]),
      ...(of === "LCP" && {
        baseline: { name: "the sign-in page", rounds: rounds.small.map(({ LCP }) => LCP) },
      }),
      ...(target !== undefined && { target }),
      sample: `${VISITS} cold visits in Chromium, the cockpit over 24h; vitals as its own script sends them`,
    });
  return [
    figure("LCP", "LCP", "ms"),
    figure("CLS", "CLS", "", { of: "value", atMost: 0 }),
    figure("INP", "INP", "ms"),
    figure("longest task (0: none of 50 ms)", "longest", "ms"),
  ];
}

/** Loads the page, uses it, hides it, and reads the beacon of the cockpit's own script. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await admin(browser, true);
  try {
    await context.addInitScript(record);
    const page = await context.newPage();
    await page.goto(url, { waitUntil: "networkidle" });
    await use(page);
    await page.evaluate(hide);
    await page.waitForFunction(() => (window as unknown as RecordedWindow).recording.beacons.length > 0);
    const { beacons, longest } = await page.evaluate(() => (window as unknown as RecordedWindow).recording);
    return { ...vitalsOf(beacons), longest };
  } finally {
    await context.close();
  }
}

/** Runs first in the page: records beacons instead of sending them, and the longest task. */
function record(): void {
  const recording: Recording = { beacons: [], longest: 0 };
  Object.assign(window, { recording });
  Navigator.prototype.sendBeacon = (_url, body) => {
    recording.beacons.push(String(body));
    return true;
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) recording.longest = Math.max(recording.longest, duration);
  }).observe({ type: "longtask", buffered: true });
}

/** Runs in the page: simulates a hidden tab, since pages of headless Chromium are always visible. */
function hide(): void {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}

/** Clicks and presses keys without leaving the page, and waits for a paint after each. */
async function use(page: Page): Promise<void> {
  const painted = () =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  await page.locator("h1").first().click();
  await painted();
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press("Tab");
    await painted();
  }
  const chart = page.getByRole("slider").first();
  if ((await chart.count()) > 0) {
    await chart.click();
    await painted();
    await page.keyboard.press("ArrowLeft");
    await painted();
  }
}

function vitalsOf(beacons: readonly string[]): Omit<Visit, "longest"> {
  const values = new Map<string, number>();
  for (const beacon of beacons) {
    const { measurements } = JSON.parse(beacon) as { measurements: Array<{ name: string; value: number }> };
    for (const { name, value } of measurements) values.set(name, value);
  }
  const sent = (name: string): number => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`The page sent no ${name}: ${beacons.join(" ")}`);
    return value;
  };
  return { LCP: sent("LCP"), CLS: sent("CLS"), INP: sent("INP") };
}
