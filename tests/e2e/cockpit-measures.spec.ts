import type { Page } from "@playwright/test";
import { METRICS, type Metric } from "../../app/vitals/metrics";
import { precisionOf } from "../support/precision";
import { type Answer, type Cockpit, type Figures, signInTo, startCockpit } from "./support/cockpit";
import type { PageMeasurement } from "./support/collector";
import { clickFor, goBack, hide, painted, WORK_BUTTON } from "./support/real-tabs";
import { startSite } from "./support/site";
import { test as base, expect } from "./support/tracker-test";

const PERCENTILES = ["50", "75", "90", "95", "99"];

const test = base.extend<{ cockpit: Cockpit }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
  cockpit: async ({}, use) => {
    const cockpit = await startCockpit();
    await use(cockpit);
    await cockpit.stop();
  },
});

/**
 * Records every beacon on the server: Playwright can't observe those that a page sends while it is left.
 */
const copiesTo = (copiesOrigin: string) => `<script>
  const send = Navigator.prototype.sendBeacon;
  Navigator.prototype.sendBeacon = function (url, body) {
    send.call(this, ${JSON.stringify(copiesOrigin)}, body);
    return send.call(this, url, body);
  };
</script>`;

/** Causes a layout shift, and resolves when the browser has reported it. */
const shiftBy = (page: Page, pixels: number) =>
  page.evaluate(
    (height) =>
      new Promise<void>((resolve) => {
        new PerformanceObserver(() => resolve()).observe({ type: "layout-shift" });
        const banner = document.createElement("div");
        banner.style.height = `${height}px`;
        document.body.prepend(banner);
      }),
    pixels,
  );

const measured = (page: Page) =>
  page.waitForFunction(
    () =>
      "vitals" in window &&
      document.readyState === "complete" &&
      performance.getEntriesByName("first-contentful-paint").length > 0,
  );

/** A quantile by nearest rank: the smallest value with at least that share of the values at or below it. */
function nearestRank(sorted: readonly number[], percent: number): number {
  const value = sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1];
  if (value === undefined) throw new Error("There is no value to rank.");
  return value;
}

/** Thresholds of good and needs improvement: https://web.dev/articles/vitals#core-web-vitals */
const THRESHOLDS: Record<string, readonly [number, number]> = {
  CLS: [0.1, 0.25],
  FCP: [1_800, 3_000],
  INP: [200, 500],
  LCP: [2_500, 4_000],
  TTFB: [800, 1_800],
};

/** Compares figures with the sent values: counts and shares exactly, percentiles to the documented precision. */
function expectFigures(figures: Figures | undefined, metric: Metric, sent: readonly PageMeasurement[]): void {
  const values = sent.filter(({ name }) => name === metric).map(({ value }) => value);
  const sorted = values.toSorted((a, b) => a - b);
  const [good, acceptable] = THRESHOLDS[metric] ?? [0, 0];
  const counts = {
    good: values.filter((value) => value <= good).length,
    needsImprovement: values.filter((value) => value > good && value <= acceptable).length,
    poor: values.filter((value) => value > acceptable).length,
  };
  expect({ metric, n: figures?.n, counts: figures?.counts }).toEqual({ metric, n: values.length, counts });
  for (const [name, count] of Object.entries(counts)) {
    const actual = figures?.shares?.[name as keyof typeof counts];
    // Truncated to four digits, not rounded, so that a share never exceeds a threshold by rounding.
    expect(Math.abs((actual ?? Number.NaN) - count / values.length), `${metric}, ${name}`).toBeLessThan(1e-4);
  }
  for (const percent of PERCENTILES) {
    const exact = nearestRank(sorted, Number(percent));
    const actual = figures?.percentiles[percent] ?? Number.NaN;
    expect(Math.abs(actual - exact), `p${percent} of ${metric}: ${actual} for ${exact}`).toBeLessThanOrEqual(
      precisionOf(metric, exact),
    );
  }
}

test("the JSON endpoint returns exactly the measurements of real pages", async ({
  tab,
  cockpit,
  collector,
}) => {
  // Sixty consecutive page views.
  test.slow();
  const pages = 30;
  const site = await startSite(`${cockpit.origin}/vitals.js`);
  const head = copiesTo(`${collector.origin}/readings`);
  const elsewhere = site.page("/elsewhere", { script: { "sample-rate": "0" } });
  for (let i = 1; i <= pages; i += 1) {
    const script = { "build-version": "2.4.1" };
    await tab.goto(site.page(`/workspace/${1_000 + i}`, { head, body: WORK_BUTTON, script }));
    await measured(tab);
    await shiftBy(tab, 5 * i);
    await clickFor(tab, (i % 6) * 20);
    await tab.goto(elsewhere);
    await goBack(tab);
    await painted(tab);
    await clickFor(tab, (i % 4) * 20);
  }
  await hide(tab);
  await collector.until(({ measurements }) => measurements.length === 2 * pages * METRICS.length);

  const sentAs = (type: string) =>
    collector.measurements.filter(({ navigationType }) => navigationType === type);
  const read = () => cockpit.vitals({ range: "1h", navigation: "bfcache", release: "2.4.1" });
  const counted = ({ current }: Answer) => METRICS.map((metric) => current.metrics[metric]?.n);
  await expect.poll(async () => counted(await read())).toEqual(METRICS.map(() => pages));

  for (const [navigation, type] of [
    ["load", "navigate"],
    ["bfcache", "back-forward-cache"],
  ] as const) {
    const { current, routes } = await cockpit.vitals({ range: "1h", navigation, release: "2.4.1" });
    expect(current.pageViewsByNavigation).toEqual({ load: pages, prerender: 0, bfcache: pages, soft: 0 });
    expect(routes.map(({ route, n }) => ({ route, n }))).toEqual([{ route: "/workspace/[id]", n: pages }]);
    for (const metric of METRICS) {
      expectFigures(current.metrics[metric], metric, sentAs(type));
      expect(routes[0]?.metrics[metric]).toEqual(current.metrics[metric]);
    }
  }
  const { releases } = await cockpit.vitals({ range: "24h" });
  expect(releases.map(({ buildVersion, n }) => ({ buildVersion, n }))).toEqual([
    { buildVersion: "2.4.1", n: pages },
  ]);
  const others = await cockpit.vitals({ range: "24h", navigation: "all", device: "mobile" });
  expect(counted(others)).toEqual(METRICS.map(() => 0));
  await site.close();
});

test("the cockpit measures its own pages without violating its Content-Security-Policy", async ({
  tab,
  cockpit,
}) => {
  const page = `${cockpit.origin}/admin/performance`;
  await signInTo(tab, page);
  for (let views = 1; views <= 3; views += 1) {
    await tab.goto(page);
    await measured(tab);
  }
  const release = await tab.locator("script[data-build-version]").getAttribute("data-build-version");
  await tab.goto("about:blank");
  const read = () => cockpit.vitals({ release: release ?? "", route: "/admin/performance" });
  await expect.poll(async () => (await read()).current.pageViewsByNavigation.load).toBeGreaterThanOrEqual(3);
  const { routes } = await cockpit.vitals({ release: release ?? "" });
  expect(routes.find(({ route }) => route === "/admin/performance")?.n).toBeGreaterThanOrEqual(3);
  // A new install shows them on its page, with the instructions to connect a site.
  await tab.goto(page);
  await expect(tab.getByRole("table").getByText("/admin/performance", { exact: true })).toBeVisible();
  await expect(tab.getByRole("heading", { name: "Connect a site" })).toBeVisible();
  // Sign-in sets a cookie, and the site's pages must have none.
  await tab.context().clearCookies();
});
