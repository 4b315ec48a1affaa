import { type Browser, chromium, type Page } from "@playwright/test";
import { now as clock } from "../../app/platform/clock.server";
import { chromiumLaunch } from "../e2e/support/chromium";
import type { Bench } from "./bench";
import { admin, atRest, SMALL_PAGE } from "./browser.server";
import { type Figure, type Measured, toFigure } from "./figures";
import { alternate } from "./rounds";
import { HOST, startCockpit } from "./servers.server";
import { createSite } from "./site.server";

const VISITS = 9;

/** Beacons and longest task (ms), recorded by the init script in the page. */
type Recording = { beacons: string[]; longest: number };
type RecordedWindow = Window & { recording: Recording };

type Visit = { LCP: number; CLS: number; INP: number; longest: number };

export const lcpBench: Bench = async ({ workplace }) => {
  const file = workplace.file("lcp.db");
  await createSite(file, clock());
  const cockpit = await startCockpit(file);
  try {
    const browser = await chromium.launch(chromiumLaunch({ withTabs: true }));
    try {
      return await vitalsFigures(browser, `http://${HOST}:${cockpit.port}`);
    } finally {
      await browser.close();
    }
  } finally {
    await cockpit.stop();
    workplace.remove("lcp.db");
  }
};

async function vitalsFigures(browser: Browser, origin: string): Promise<Figure[]> {
  const rounds = await alternate<{ cockpit: Visit; small: Visit }>(VISITS, {
    cockpit: () => visit(browser, `${origin}/admin/performance?range=24h`),
    small: () => visit(browser, origin + SMALL_PAGE),
  });
  const figure = (name: string, of: keyof Visit, unit: string, target?: Measured["target"]): Figure =>
    toFigure({
      bench: "lcp",
      name,
      unit,
      rounds: rounds.cockpit.map((visit) => visit[of]),
      ...(of === "LCP" && {
        baseline: { name: "the sign-in page", rounds: rounds.small.map(({ LCP }) => LCP) },
      }),
      ...(target !== undefined && { target }),
      sample: `${VISITS} cold visits in a new window of Chromium, the cockpit over 24h; vitals as its own script sends them`,
    });
  return [
    figure("LCP", "LCP", "ms", { of: "ratio", atMost: 1.5 }),
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
    await atRest(browser);
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
