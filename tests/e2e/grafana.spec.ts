import type { Locator, Page } from "@playwright/test";
import { parseExplore, parseParams, parseTraceQl, rangeOf } from "../support/grafana";
import { type LoopbackServer, startLoopbackServer } from "../support/loopback-server";
import { overflow, violations } from "./support/axe";
import { type Cockpit, startCockpit } from "./support/cockpit";
import { expect, sample, test as withoutGrafana } from "./support/cockpit-test";

const HOME = "/admin/performance";
const ROUTE = "/workspace/[id]";
const routePage = (more: Record<string, string> = {}) =>
  `${HOME}/route?${new URLSearchParams({ route: ROUTE, ...more })}`;
/** `/` as a span's route may be a catch-all. */
const START_PAGE = { name: "span.url.path", operator: "=~", value: "/?" };
const PAGES = { "the cockpit": HOME, "a route": routePage(), releases: `${HOME}/releases` };

type WorkerFixtures = {
  /** A fake Grafana that responds to any path. */
  grafana: LoopbackServer;
  sampleCockpit: Cockpit;
};

const test = withoutGrafana.extend<object, WorkerFixtures>({
  grafana: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
    async ({}, use) => {
      const server = await startLoopbackServer((_, response) => {
        response
          .writeHead(200, { "Content-Type": "text/html" })
          .end('<!doctype html><title>Grafana</title><link rel="icon" href="data:,">');
      });
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],

  sampleCockpit: [
    async ({ grafana }, use) => {
      const cockpit = await startCockpit(sample, {
        GRAFANA_BASE_URL: `${grafana.origin}/grafana/`,
        GRAFANA_SERVICE_NAME: "shop-web",
        GRAFANA_LOGS_DATASOURCE_UID: "loki",
        GRAFANA_PROFILES_DATASOURCE_UID: "pyroscope",
        GRAFANA_FRONTEND_APP_ID: "42",
      });
      await use(cockpit);
      await cockpit.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

const menuOf = (page: Page): Locator =>
  page.getByRole("banner").locator("details", { hasText: "Open in Grafana" });
/** The links out; the last link of the menu leads to a page of the cockpit. */
const itemsOf = (page: Page): Locator =>
  page.getByRole("navigation", { name: "Grafana" }).getByRole("listitem").getByRole("link");
const openMenu = (page: Page) => menuOf(page).locator("summary").click();
const expectOneRow = async (...controls: Locator[]): Promise<void> => {
  const boxes = await Promise.all(controls.map((control) => control.boundingBox()));
  expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
};
const hrefOf = async (link: Locator): Promise<string> => (await link.getAttribute("href")) ?? "";
const conditionsOf = (href: string) => parseTraceQl(String(parseExplore(href).query.query)).conditions;
/** Whether a search finds spans that spell a route so. */
const findsRoute = (href: string, route: string): boolean =>
  conditionsOf(href).some(
    ({ name, operator, value }) =>
      name === "span.http.route" &&
      value !== ".+" &&
      (operator === "="
        ? value === route
        : operator === "=~" && new RegExp(`^(?:${value})$`, "u").test(route)),
  );

for (const javaScriptEnabled of [true, false]) {
  const title = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  test.describe(title, () => {
    test.use({ javaScriptEnabled });

    for (const [name, path] of Object.entries(PAGES)) {
      test(`the Grafana menu opens on ${name}`, async ({ page }) => {
        await page.goto(path);
        await expect(itemsOf(page).first()).toBeHidden();
        await openMenu(page);
        await expect(itemsOf(page).first()).toBeVisible();
        const texts = await itemsOf(page).locator(".opens-tab").allTextContents();
        expect(texts).toEqual([
          "Frontend Traces",
          "Worker Overview",
          "Web Vitals by release",
          "Slow Endpoints",
          "Failing Requests",
          "Latency by Version",
          "Traces Drilldown",
          "Logs",
          "Profiles",
          "Frontend Sessions",
        ]);
        const items = await itemsOf(page).evaluateAll((all) =>
          all.map((item) => ({
            target: item.getAttribute("target"),
            rel: item.getAttribute("rel"),
            // What follows the name.
            text: item.lastChild?.textContent,
          })),
        );
        const inNewTab = { target: "_blank", rel: "noopener", text: expect.stringMatching(/\S+ \S+/) };
        expect(items).toEqual(texts.map(() => inNewTab));
        const check = page.getByRole("link", { name: "Do these links find traces?" });
        await expect(check).toHaveAttribute("href", "/admin/performance/grafana");
        await openMenu(page);
        await expect(itemsOf(page).first()).toBeHidden();
      });
    }

    test("a link opens Grafana in a new tab, with the view's range, release and route", async ({
      page,
      grafana,
      cockpit,
    }) => {
      const release = (await cockpit.vitals({})).releases[0]?.buildVersion ?? "";
      await page.goto(routePage({ range: "7d", release }));
      await openMenu(page);
      const [tab] = await Promise.all([
        page.waitForEvent("popup"),
        page.getByRole("link", { name: "Frontend Traces" }).click(),
      ]);
      await tab.waitForLoadState();
      expect(new URL(tab.url()).origin + new URL(tab.url()).pathname).toBe(
        `${grafana.origin}/grafana/d/faro-web-app`,
      );
      const params = parseParams(tab.url());
      expect(rangeOf(params)).toEqual({ from: "now-7d", to: "now" });
      expect(params).toMatchObject({ "var-service": "shop-web", "var-version": release, "var-route": ROUTE });
      expect("/workspace/:id").toMatch(new RegExp(`^(?:${params["var-route_pattern"]})$`, "u"));
      expect(await tab.title()).toBe("Grafana");
      await tab.close();
      const slow = await hrefOf(page.getByRole("link", { name: "Slow Endpoints" }));
      expect(parseExplore(slow).range).toEqual({ from: "now-7d", to: "now-30s" });
      expect(conditionsOf(slow)).toEqual(
        expect.arrayContaining([
          { name: "resource.service.name", operator: "=", value: "shop-web" },
          { name: "resource.service.version", operator: "=", value: release },
        ]),
      );
      expect([ROUTE, "/workspace/:id"].map((route) => findsRoute(slow, route))).toEqual([true, true]);
    });

    test("every route of the table links to its own traces", async ({ page }) => {
      await page.goto(HOME);
      const rows = page.getByRole("region", { name: "Table of routes" }).locator("tbody tr");
      await expect(rows).toHaveCount(50);
      const visible = rows.getByRole("link", { name: "View traces" });
      await expect(visible).toHaveCount(50);
      // Of all rows at once: one by one they would be hundreds of questions to the browser.
      const links = await visible.evaluateAll((all) =>
        all.map((link) => ({
          href: link.getAttribute("href") ?? "",
          target: link.getAttribute("target"),
          route: link.closest("tr")?.querySelector("th[scope=row]")?.textContent ?? "",
        })),
      );
      expect(links.map(({ target }) => target)).toEqual(Array(50).fill("_blank"));
      expect(new Set(links.map(({ route }) => route)).size).toBe(50);
      for (const { href, route } of links) {
        if (route === "/") expect(conditionsOf(href)).toContainEqual(START_PAGE);
        else expect(`${route} ${findsRoute(href, route)}`).toBe(`${route} true`);
        expect(conditionsOf(href).at(-1)?.value).toMatch(/^\d+ms$/);
      }
    });

    test("links have the times of a permalink", async ({ page, cockpit }) => {
      const { from, to } = (await cockpit.vitals({})).current.window;
      await page.goto(`${HOME}?${new URLSearchParams({ from, to })}`);
      const row = page.getByRole("link", { name: "View traces" }).first();
      const expected = { from: Date.parse(from), to: Date.parse(to) };
      // The current hour is part of the view; Tempo searches none of its last half minute.
      const traces = parseExplore(await hrefOf(row)).range;
      expect(traces.from).toBe(expected.from);
      expect(Number(traces.to)).toBeLessThan(expected.to);
      await openMenu(page);
      const drilldown = parseParams(await hrefOf(page.getByRole("link", { name: "Traces Drilldown" })));
      // It draws metrics; Tempo answers less than a day of them at once.
      const drawn = rangeOf(drilldown);
      expect(Number(drawn.from)).toBe(Math.max(expected.from, Number(drawn.to) - (24 * 60 - 2) * 60_000));
      for (const name of [
        "Frontend Traces",
        "Worker Overview",
        "Web Vitals by release",
        "Frontend Sessions",
      ]) {
        const href = await hrefOf(page.getByRole("link", { name }));
        expect(rangeOf(parseParams(href))).toEqual(expected);
      }
    });

    test("the page of a route explains the server's part", async ({ page }) => {
      await page.goto(routePage());
      const section = page.getByRole("region", { name: "What the server did" });
      await expect(section).toContainText(
        /^.*\/workspace\/\[id\] has a p95 LCP of [\d.]+\u202fs, of which [\d.]+\u202fm?s is TTFB → backend traces slower than [\d.]+\u202fm?s/,
      );
      const link = section.getByRole("link", { name: /^backend traces slower than/ });
      const href = await hrefOf(link);
      expect(findsRoute(href, ROUTE)).toBe(true);
      const words = (await link.textContent())?.replace(/\D/g, "");
      expect(conditionsOf(href).at(-1)?.value).toBe(`${words}ms`);
    });

    test("a range that is longer than Tempo searches is stated beside its links", async ({ page }) => {
      await page.goto(`${HOME}?range=30d`);
      const note = "Traces: the last 7 days of these times. Tempo searches no longer range at once.";
      await expect(page.getByText(note).last()).toBeVisible();
      await openMenu(page);
      await expect(page.getByRole("navigation", { name: "Grafana" })).toContainText(note);
      const failing = await hrefOf(page.getByRole("link", { name: "Failing Requests" }));
      expect(parseExplore(failing).range).toEqual({ from: "now-7d", to: "now-30s" });
      const latency = parseExplore(await hrefOf(page.getByRole("link", { name: "Latency by Version" })));
      expect(latency.range).toEqual({ from: "now-1438m", to: "now-30s" });
    });
  });

  withoutGrafana.describe(`${title}, and without GRAFANA_BASE_URL`, () => {
    withoutGrafana.use({ javaScriptEnabled });

    withoutGrafana("there is nothing of Grafana", async ({ page }) => {
      for (const path of Object.values(PAGES)) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect((await page.content()).toLowerCase()).not.toContain("grafana");
      }
      await page.goto(HOME);
      await expect(page.getByText("View traces")).toHaveCount(0);
    });
  });
}

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name} with its menu open passes axe and fits every viewport width`, async ({ page }) => {
    for (const width of [360, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      await openMenu(page);
      expect(await overflow(page), `${width} px`).toBe(0);
      if (width === 1280) await expectOneRow(menuOf(page), page.getByRole("button", { name: "Sign out" }));
      const box = await page.getByRole("navigation", { name: "Grafana" }).boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    // Links below the open menu are no touch targets.
    expect(await violations(page, "header")).toEqual([]);
    await openMenu(page);
    expect(await violations(page)).toEqual([]);
  });
}
