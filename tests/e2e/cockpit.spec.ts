import type { Page } from "@playwright/test";
import Database from "better-sqlite3";
import { PASSWORD } from "./support/cockpit";
import { expect, test } from "./support/cockpit-test";
import { routesOf } from "./support/routes-of";

const HOME = "/admin/performance";

/** Selects a filter, and submits the form without JavaScript. */
async function filter(page: Page, label: string, option: string, script: boolean): Promise<void> {
  await page.getByRole("combobox", { name: label }).selectOption(option);
  if (!script) await page.getByRole("button", { name: "Apply" }).click();
}

/** A parameter of the page's URL. */
const param = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

const sentence = (page: Page) =>
  page
    .getByRole("main")
    .getByText(/ page views?\b/)
    .first();
const tableOf = (page: Page) => page.getByRole("region", { name: "Table of routes" });
const count = (text: string) => Number(/([\d,]+) page view/.exec(text)?.[1]?.replaceAll(",", ""));

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("/login leads to the requested page, signing out back to the form", async ({ browser, cockpit }) => {
      const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
      const page = await context.newPage();
      await page.goto(`${HOME}?device=mobile&metric=INP`);
      await expect(page).toHaveURL(/\/login\?next=/);
      await page.getByLabel("Password").fill("not this one");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/.+/);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page).toHaveURL(`${cockpit.origin}${HOME}?device=mobile&metric=INP`);
      await expect(page.getByRole("combobox", { name: "Device" })).toHaveValue("mobile");
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(page).toHaveURL(/\/login/);
      await page.goto(HOME);
      await expect(page).toHaveURL(/\/login/);
      await context.close();
      await cockpit.complained("an attempt to sign in failed");
    });

    test("every filter narrows page and JSON endpoint alike", async ({ page, cockpit }) => {
      await page.goto(HOME);
      const releases = await page.getByRole("combobox", { name: "Release" }).getByRole("option").all();
      const release = (await releases[1]?.getAttribute("value")) ?? "";
      const filters = [
        ["Range", "range", "7d"],
        ["Release", "release", release],
        ["Compare", "compare", "previous"],
        ["Device", "device", "mobile"],
        ["Navigation", "navigation", "all"],
        ["Percentile", "percentile", "95"],
      ] as const;
      for (const [label, name, value] of filters) {
        await filter(page, label, value, javaScriptEnabled);
        await expect.poll(() => param(page, name)).toBe(value);
        await expect(page.getByRole("combobox", { name: label })).toHaveValue(value);
      }
      for (const [, name, value] of filters) expect(param(page, name)).toBe(value);
      const { current } = await cockpit.vitals(new URL(page.url()).searchParams);
      const cards = page.getByRole("navigation", { name: "Web Vitals" });
      for (const [metric, { n }] of Object.entries(current.metrics)) {
        const card = cards.locator(`[data-metric=${metric}]`);
        await expect(card).toContainText("p95");
        await expect(card).toContainText(n === 0 ? "no data" : n.toLocaleString("en-US"));
      }
      await page.getByRole("link", { name: "Reset" }).click();
      await expect(page).toHaveURL(cockpit.origin + HOME);
    });

    test("the form sets absolute times, and the range resets them", async ({ page, cockpit }) => {
      await page.goto(HOME);
      const { from, to } = (await cockpit.vitals({})).current.window;
      await page.getByText("From, to").click();
      await page.getByLabel("From (UTC)").fill(from.slice(0, 16));
      const noon = new Date(Date.parse(to) - 6 * 3_600_000).toISOString();
      await page.getByLabel("To (UTC)").fill(noon.slice(0, 16));
      await page.getByRole("button", { name: "Apply" }).click();
      await expect.poll(() => param(page, "from")).not.toBeNull();
      await expect(page.getByLabel("To (UTC)")).toHaveValue(noon.slice(0, 16));
      const views = (await cockpit.vitals({ from, to: noon })).current.pageViewsByNavigation.load ?? 0;
      await expect(sentence(page)).toContainText(views.toLocaleString("en-US"));
      await page.getByRole("link", { name: "Back to a range" }).click();
      await expect(page).toHaveURL(cockpit.origin + HOME);
    });

    test("ranges and metrics are links", async ({ page }) => {
      await page.goto(HOME);
      await page.getByRole("navigation", { name: "Range" }).getByRole("link", { name: "7d" }).click();
      await expect(page).toHaveURL(/\?range=7d$/);
      await page.getByRole("navigation", { name: "Web Vitals" }).getByRole("link", { name: "CLS" }).click();
      await expect(page).toHaveURL(/metric=CLS/);
      expect(param(page, "range")).toBe("7d");
      await expect(page.getByRole("heading", { name: /^CLS p75/ })).toBeVisible();
      await expect(
        page.getByRole("navigation", { name: "Web Vitals" }).getByRole("link", { name: "CLS" }),
      ).toHaveAttribute("aria-current", "true");
    });

    test("links sort the routes, with those of too few samples last", async ({ page, cockpit }) => {
      await page.goto(HOME);
      const header = (name: string) => tableOf(page).getByRole("columnheader", { name });
      await expect(header("Impact")).toHaveAttribute("aria-sort", "descending");
      await header("Views").getByRole("link").click();
      await expect(header("Views")).toHaveAttribute("aria-sort", "descending");
      const byViews = (await cockpit.vitals({ sort: "views" })).routes.map(({ route }) => route);
      expect(await routesOf(tableOf(page))).toEqual(byViews);
      await header("Route").getByRole("link").click();
      await expect(header("Route")).toHaveAttribute("aria-sort", "ascending");
      await header("Route").getByRole("link").click();
      await expect(header("Route")).toHaveAttribute("aria-sort", "descending");
      await header("INP").getByRole("link").click();
      await expect(header("INP")).toHaveAttribute("aria-sort", "descending");
      await expect(tableOf(page).getByRole("row").nth(2).getByRole("cell").nth(1)).not.toHaveText("–");
    });

    test("the search filters the routes", async ({ page }) => {
      await page.goto(`${HOME}?range=7d`);
      await page.getByRole("searchbox", { name: "Search" }).fill("workspace");
      await page.getByRole("search").getByRole("button", { name: "Search" }).click();
      await expect.poll(() => param(page, "q")).toBe("workspace");
      expect(param(page, "range")).toBe("7d");
      const found = await routesOf(tableOf(page));
      expect(found.length).toBeGreaterThan(0);
      for (const route of found) expect(route).toContain("workspace");
      await page.getByRole("search").getByRole("link", { name: "Clear" }).click();
      await expect.poll(() => param(page, "q")).toBeNull();

      await page.getByRole("searchbox", { name: "Search" }).fill("<no such route>");
      await page.getByRole("searchbox", { name: "Search" }).press("Enter");
      await expect.poll(() => param(page, "q")).toBe("<no such route>");
      await expect(tableOf(page)).toHaveCount(0);
    });

    test("links page through the routes", async ({ page, cockpit }) => {
      const { paging, routes } = await cockpit.vitals({ range: "7d", sort: "views" });
      expect(paging.pages).toBe(2);
      await page.goto(`${HOME}?range=7d&sort=views`);
      expect(await routesOf(tableOf(page))).toEqual(routes.map(({ route }) => route));
      const pages = page.getByRole("navigation", { name: "Pages of routes" });
      await pages.getByRole("link", { name: "Next" }).click();
      await expect.poll(() => param(page, "page")).toBe("2");
      expect((await routesOf(tableOf(page))).length).toBe(paging.routes - routes.length);
      await pages.getByRole("link", { name: "Previous" }).click();
      await expect.poll(() => param(page, "page")).toBeNull();
      await pages.getByRole("link", { name: "All on one page" }).click();
      await expect.poll(() => param(page, "page")).toBe("all");
      expect((await routesOf(tableOf(page))).length).toBe(paging.routes);
    });

    test("the permalink shows the same times and figures", async ({ page }) => {
      await page.goto(`${HOME}?device=desktop`);
      const before = await sentence(page).textContent();
      const link = page.getByRole("link", { name: "Permalink" });
      const href = await link.getAttribute("href");
      await link.click();
      await expect.poll(() => param(page, "from")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/);
      expect(param(page, "to")).not.toBeNull();
      expect(param(page, "device")).toBe("desktop");
      expect(count((await sentence(page).textContent()) ?? "")).toBe(count(before ?? ""));
      expect(await page.getByRole("link", { name: "Permalink" }).getAttribute("href")).toBe(href);
    });

    test("a route links to its own page, with the same filters and its attribution", async ({
      page,
      cockpit,
    }) => {
      await page.goto(`${HOME}?device=desktop&range=7d`);
      await tableOf(page).getByRole("link", { name: "/workspace/[id]", exact: true }).click();
      await expect(page).toHaveURL(/\/admin\/performance\/route\?/);
      expect(param(page, "route")).toBe("/workspace/[id]");
      await expect(page.getByRole("combobox", { name: "Device" })).toHaveValue("desktop");
      const { current } = await cockpit.vitals({ route: "/workspace/[id]", device: "desktop", range: "7d" });
      const cards = page.getByRole("navigation", { name: "Web Vitals" });
      await expect(cards.locator("[data-metric=LCP]")).toContainText(
        (current.metrics.LCP?.n ?? 0).toLocaleString("en-US"),
      );
      const slow = page.getByRole("region", { name: "What is slow" });
      await expect(
        slow.getByRole("region", { name: "Table of LCP elements" }).getByRole("row").nth(1),
      ).toBeVisible();
      await expect(
        slow.getByRole("region", { name: "Table of INP targets" }).getByRole("row").nth(1),
      ).toBeVisible();
      await filter(page, "Device", "mobile", javaScriptEnabled);
      await expect.poll(() => param(page, "device")).toBe("mobile");
      expect(param(page, "route")).toBe("/workspace/[id]");
      await page.getByRole("link", { name: "All routes" }).click();
      await expect(page).toHaveURL(/\/admin\/performance\?/);
      expect(param(page, "device")).toBe("mobile");
      expect(param(page, "route")).toBeNull();
    });

    test("every release links to the cockpit filtered by it", async ({ page }) => {
      await page.goto(HOME);
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Releases" }).click();
      await expect(page).toHaveURL(/\/admin\/performance\/releases/);
      const table = page.getByRole("region", { name: "Table of releases" });
      const current = table
        .getByRole("row", { name: / current / })
        .getByRole("rowheader")
        .getByRole("link");
      const release = (await current.textContent()) ?? "";
      await current.click();
      await expect.poll(() => param(page, "release")).toBe(release.trim());
      await expect(page.getByRole("combobox", { name: "Release" })).toHaveValue(release.trim());
    });

    test("tables download as CSV with the filters of the page", async ({ page, cockpit }) => {
      await page.goto(`${HOME}?device=mobile&q=workspace`);
      const { paging } = await cockpit.vitals({ device: "mobile", q: "workspace" });
      for (const [link, lines] of [
        ["Routes as CSV", paging.routes + 1],
        ["Vitals as CSV", 6],
      ] as const) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name: link }).first().click(),
        ]);
        expect(download.suggestedFilename()).toMatch(/\.csv$/);
        const chunks: Buffer[] = [];
        for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
        expect(Buffer.concat(chunks).toString("utf8").trimEnd().split(/\r\n/)).toHaveLength(lines);
      }
    });

    test("invalid parameters are ignored, reported and escaped", async ({ page }) => {
      const evil = '"><img src=x onerror=document.title="owned">';
      const query = new URLSearchParams({ range: evil, page: "9999", metric: "XYZ", q: evil, release: evil });
      await page.goto(`${HOME}?${query}`);
      const ignored = page.getByRole("list", { name: "Ignored parameters" });
      await expect(ignored.getByRole("listitem")).toHaveCount(3);
      await expect(ignored).toContainText(evil);
      expect(await page.title()).not.toBe("owned");
      await expect(page.getByRole("combobox", { name: "Range" })).toHaveValue("24h");
      await expect(page.locator("img")).toHaveCount(0);
    });

    test.describe("on an empty database", () => {
      test.use({ empty: true });

      test("an empty install explains how to connect a site, and a few page views are too few", async ({
        page,
        cockpit,
      }) => {
        await page.goto(HOME);
        await expect(page.getByText(`<script async src="${cockpit.origin}/vitals.js"`)).toBeVisible();
        await expect(page.getByText(/^curl /)).toBeVisible();
        await expect(page.getByText("npm run demo", { exact: true })).toBeVisible();

        const views = Array.from({ length: 12 }, (_, i) => ({
          id: `few-${i}`,
          name: "LCP",
          value: 1_000 + i,
        }));
        await cockpit.send({ route: "/few", measurements: views });
        await expect.poll(async () => (await cockpit.vitals({})).current.metrics.LCP?.n).toBe(12);
        await page.goto(HOME);
        const cards = page.getByRole("navigation", { name: "Web Vitals" });
        await expect(cards.locator("[data-metric=LCP]")).toContainText("n = 12, too few");
        await expect(cards.locator("[data-metric=INP]")).toContainText("no data");
        await expect(cards.getByText("good", { exact: true })).toHaveCount(0);
        await expect(
          tableOf(page).getByRole("row", { name: "/few" }).getByTitle("n = 12, too few"),
        ).toHaveText("–\u200912");
      });

      test("a failing query affects only its own panel", async ({ page, cockpit }) => {
        const views = Array.from({ length: 32 }, (_, i) => ({
          id: `some-${i}`,
          name: "LCP",
          value: 1_000 + i,
        }));
        await cockpit.send({ route: "/some", measurements: views });
        await expect
          .poll(async () => (await cockpit.vitals({ range: "1h" })).current.metrics.LCP?.n)
          .toBe(32);
        const database = new Database(cockpit.databaseFile);
        // The open hour and day consist of five-minute summaries. Their new version makes the server read them again.
        database.exec(`
          UPDATE web_vitals_five_minutes SET sketch = x'00' WHERE route = '/some';
          UPDATE summary_versions SET version = version + 1 WHERE summary_table = 'web_vitals_five_minutes'`);
        database.close();
        await page.goto(HOME);
        await expect(page.getByRole("region", { name: "Routes" }).getByRole("alert")).toBeVisible();
        await expect(page.getByRole("alert")).toHaveCount(1);
        const card = page.getByRole("navigation", { name: "Web Vitals" }).locator("[data-metric=LCP]");
        await expect(card).toContainText(/1\.0\d\ss/);
        await cockpit.complained('"panel":"routes"');
      });
    });
  });
}
