import { readFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../app/vitals/metrics";
import { type LoopbackCollector, startLoopbackCollector } from "../support/loopback-collector";
import { startLoopbackServer } from "../support/loopback-server";
import { precisionOf } from "../support/precision";
import { type Cockpit, startCockpit } from "./support/cockpit";
import { projectRoot } from "./support/project";
import { clickFor, hide, show, WORK_BUTTON } from "./support/real-tabs";
import { type Site, startSite } from "./support/site";
import { test as base, expect } from "./support/tracker-test";

const SAMPLES = 30;
/** The SDK occasionally reports no INP, but for less than half of the pages. */
const MOST_PAGES = 2 * SAMPLES;

type FaroBody = {
  meta: { app: { version: string }; page: { id: string; url: string } };
  measurements?: Array<{
    type: string;
    values: Record<string, number>;
    context: Record<string, string>;
    timestamp: string;
  }>;
};

/** A site with the real Faro SDK, which posts to a cockpit and to a collector of the test. */
type FaroSite = { site: Site; cockpit: Cockpit; collector: LoopbackCollector };

const test = base.extend<{ faroSite: FaroSite }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
  faroSite: async ({}, use) => {
    const bundle = join(projectRoot, "node_modules/@grafana/faro-web-sdk/dist/bundle/faro-web-sdk.iife.js");
    const sdk = readFileSync(bundle);
    const scripts = await startLoopbackServer((_, response) =>
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(sdk),
    );
    const collector = await startLoopbackCollector((response) =>
      response
        .writeHead(202, { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" })
        .end(),
    );
    const cockpit = await startCockpit();
    const site = await startSite(`${scripts.origin}/sdk.js`);
    await use({ site, cockpit, collector });
    await site.close();
    await cockpit.stop();
    await collector.close();
    await scripts.close();
  },
});

/** A page with the SDK, set up as documented, and a button that blocks the main thread. */
const page = ({ site, cockpit, collector }: FaroSite, path: string, options = "{}") =>
  site.page(path, {
    scriptFlags: "",
    body: `<script>
      const { FetchTransport, initializeFaro } = GrafanaFaroWebSdk;
      const to = (url) => new FetchTransport({ url, apiKey: "demo-key", ...${options} });
      initializeFaro({
        app: { name: "shop-web", version: "2.4.1", environment: "production" },
        pageTracking: { generatePageId: () => "/workspace/[id]" },
        transports: [to("${cockpit.origin}/api/analytics/faro"), to("${collector.origin}/")],
      });
    </script>${WORK_BUTTON}`,
  });

/** The newest report of each id that the test's collector received. */
function sent({ received }: LoopbackCollector): Array<{ id: string; name: string; value: number }> {
  const bodies = received
    .filter(({ body }) => body.length > 0)
    .map(({ body }) => JSON.parse(body.toString()) as FaroBody);
  const newest = new Map<string, { id: string; name: string; value: number; at: string }>();
  for (const { type, values, context, timestamp } of bodies.flatMap(
    ({ measurements = [] }) => measurements,
  )) {
    const name = METRICS.find((metric) => metric.toLowerCase() in values);
    const id = context.id ?? "";
    if (type !== "web-vitals" || name === undefined || timestamp < (newest.get(id)?.at ?? "")) continue;
    newest.set(id, { id, name, value: values[name.toLowerCase()] ?? Number.NaN, at: timestamp });
  }
  return [...newest.values()];
}

function p75(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.75 * sorted.length) - 1] ?? Number.NaN;
}

test("the cockpit shows the measurements of Faro's SDK to the promised precision", async ({
  tab,
  faroSite,
}) => {
  // At least thirty consecutive page views.
  test.slow();
  const { cockpit, collector } = faroSite;
  const valuesOf = (metric: string) =>
    sent(collector).flatMap(({ name, value }) => (name === metric ? [value] : []));
  const url = page(faroSite, "/workspace/42");
  const counts = () => METRICS.map((metric) => valuesOf(metric).length);
  let pages = 0;
  for (; Math.min(...counts()) < SAMPLES; pages += 1) {
    expect(pages, `${METRICS} have ${counts()} samples`).toBeLessThan(MOST_PAGES);
    await tab.goto(`${url}?token=secret-${pages}`);
    await tab.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    await clickFor(tab, (pages % 5) * 60);
    await hide(tab);
    // A page reports CLS when it is hidden, with all remaining metrics.
    await expect.poll(() => valuesOf("CLS").length, { intervals: [20] }).toBe(pages + 1);
    await show(tab);
  }

  // The last body arrives at the cockpit and the collector in any order.
  await expect(async () => {
    const { current, routes, releases } = await cockpit.vitals({ range: "1h", release: "2.4.1" });
    expect(METRICS.map((metric) => current.metrics[metric]?.n)).toEqual(counts());
    expect(current.pageViewsByNavigation).toEqual({ load: pages, prerender: 0, bfcache: 0, soft: 0 });
    expect(routes.map(({ route, n }) => ({ route, n }))).toEqual([{ route: "/workspace/[id]", n: pages }]);
    expect(releases.map(({ buildVersion, n }) => ({ buildVersion, n }))).toEqual([
      { buildVersion: "2.4.1", n: pages },
    ]);
    for (const metric of METRICS) {
      const exact = p75(valuesOf(metric));
      const actual = current.metrics[metric]?.percentiles["75"] ?? Number.NaN;
      expect(Math.abs(actual - exact), `${metric}: ${actual} for ${exact}`).toBeLessThanOrEqual(
        precisionOf(metric, exact),
      );
    }
  }).toPass({ timeout: 30_000 });
  expect((await cockpit.vitals({ range: "1h", device: "bot" })).current.metrics.LCP?.n).toBe(0);
});

test("the cockpit accepts compressed bodies of Faro's SDK", async ({ tab, faroSite }) => {
  const { cockpit, collector } = faroSite;
  await tab.goto(page(faroSite, "/workspace/42", "{ requestCompression: true }"));
  const compressed = () => collector.received.filter(({ headers }) => headers["content-encoding"] === "gzip");
  await expect.poll(() => compressed().length).toBeGreaterThan(0);
  await expect.poll(async () => (await cockpit.vitals({ range: "1h" })).current.metrics.FCP?.n).toBe(1);
});
