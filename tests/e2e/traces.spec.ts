import type { Page } from "@playwright/test";
import { parseExplore } from "../support/grafana";
import { findsTrace, type Trace } from "../support/traceql/evaluator";
import { type Cockpit, cockpitNow, fillWithLines, PASSWORD, startCockpit } from "./support/cockpit";
import { hide, painted } from "./support/real-tabs";
import { type Framework, startTracedSite, type TracedSite } from "./support/traced-site";
import { test as base, expect } from "./support/tracker-test";

const HOME = "/admin/performance";
const RELEASE = "2.4.1";

/** Page views of each route in the database, with a TTFB that every page of the sites exceeds. */
const VIEWS = 30;

/**
 * Routes as the pages of each site write them, and the paths that the test requests of each: the first one in the browser.
 * Remix has a page for every other path, and `*` as the route of all spans.
 */
const SITES: Record<Framework, Record<string, [string, ...string[]]>> = {
  Express: {
    "/": ["/"],
    "/about": ["/about"],
    "/workspace": ["/workspace", "/workspace/"],
    "/workspace/new": ["/workspace/new"],
    "/workspace/:id": ["/workspace/42"],
    "/docs/*": ["/docs/a/b"],
  },
  Remix: {
    "routes/_index": ["/"],
    "routes/about": ["/about"],
    "routes/workspace._index": ["/workspace", "/workspace/"],
    "routes/workspace.new": ["/workspace/new"],
    "routes/workspace.$id": ["/workspace/42"],
    "routes/docs.$": ["/docs/a/b"],
    "routes/$": ["/elsewhere", "/workspace/42/missing", "/missing"],
  },
};

/** Paths without a page. */
const NO_PAGES: Record<Framework, string[]> = { Express: ["/workspace/42/missing", "/missing"], Remix: [] };

function* earlierViews(routes: readonly string[]): Generator<string> {
  const receivedAt = cockpitNow() - 60_000;
  for (const route of routes) {
    for (let i = 0; i < VIEWS; i += 1) {
      yield JSON.stringify({
        id: `v6-${receivedAt}-${i}-${route}`,
        metric: "TTFB",
        value: 10,
        route,
        buildVersion: RELEASE,
        device: "desktop",
        navigationType: "navigate",
        receivedAt,
      });
    }
  }
}

const test = base.extend<{ framework: Framework; cockpit: Cockpit; tracedSite: TracedSite }>({
  framework: ["Express", { option: true }],
  cockpit: async ({ framework }, use) => {
    const routes = Object.keys(SITES[framework]);
    const cockpit = await startCockpit((file) => fillWithLines(file, earlierViews(routes)), {
      GRAFANA_BASE_URL: "https://grafana.example",
      GRAFANA_SERVICE_NAME: "shop-web",
    });
    await use(cockpit);
    await cockpit.stop();
  },
  tracedSite: async ({ framework, cockpit }, use) => {
    const site = await startTracedSite(framework, cockpit.origin);
    await use(site);
    await site.close();
  },
});

/** Opens a page, and hides it, so that it reports. */
async function visit(tab: Page, url: string): Promise<void> {
  await tab.goto(url);
  await tab.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  await painted(tab);
  await hide(tab);
  await tab.bringToFront();
}

/** The queries behind the links of the cockpit's table, by route. */
async function queries(tab: Page, { origin }: Cockpit): Promise<Record<string, string>> {
  const context = await tab.context().browser()?.newContext();
  if (context === undefined) throw new Error("There is no browser.");
  await context.request.post(`${origin}/login`, {
    form: { password: PASSWORD },
    headers: { Origin: origin },
  });
  const page = await context.newPage();
  await page.goto(`${origin}${HOME}?range=1h&release=${RELEASE}`);
  const rows = await page.getByRole("region", { name: "Table of routes" }).locator("tbody tr").all();
  const byRoute: Record<string, string> = {};
  for (const row of rows) {
    const route = (await row.getByRole("rowheader").textContent()) ?? "";
    const href = await row.getByRole("link", { name: "View traces" }).getAttribute("href");
    byRoute[route] = String(parseExplore(href ?? "").query.query);
  }
  await context.close();
  return byRoute;
}

const pathOf = ({ spans }: Trace): unknown =>
  spans.find(({ kind, parent }) => kind === "server" && parent === null)?.attributes["url.path"];

for (const framework of ["Express", "Remix"] as const) {
  test.describe(`on ${framework}`, () => {
    test.use({ framework });

    test("the link of each route finds exactly the traces of its pages", async ({
      tab,
      cockpit,
      tracedSite,
    }) => {
      const pages = Object.entries(SITES[framework]);
      for (const [, [path]] of pages) await visit(tab, tracedSite.origin + path);
      const others = [...pages.flatMap(([, [, ...paths]]) => paths), ...NO_PAGES[framework]];
      for (const path of others) await fetch(tracedSite.origin + path);
      await expect
        .poll(async () => {
          const { routes } = await cockpit.vitals({ range: "1h", release: RELEASE, metric: "TTFB" });
          return Object.fromEntries(routes.map(({ route, metrics }) => [route, metrics.TTFB?.n]));
        })
        .toEqual(Object.fromEntries(pages.map(([route]) => [route, VIEWS + 1])));

      const traces = await tracedSite.traces(pages.length + others.length);
      const found = Object.fromEntries(
        Object.entries(await queries(tab, cockpit)).map(([route, query]) => [
          route,
          traces.filter((trace) => findsTrace(query, trace)).map(pathOf),
        ]),
      );
      expect(found).toEqual(SITES[framework]);
    });
  });
}
