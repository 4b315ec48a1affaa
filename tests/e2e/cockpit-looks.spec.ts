import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInstalled } from "../apt.mjs";
import { overflow, violations } from "./support/axe";
import { PASSWORD } from "./support/cockpit";
import { expect, test } from "./support/cockpit-test";
import { W3m } from "./support/text-browsers";

const ROUTE = `/admin/performance/route?${new URLSearchParams({ route: "/workspace/[id]" })}`;
const PAGES = {
  "the cockpit": "/admin/performance",
  "ninety days": "/admin/performance?range=90d&metric=CLS",
  "absolute times, with many filters": `/admin/performance?${new URLSearchParams({
    from: "2026-01-01",
    to: "2026-01-02",
    release: "a-build-with-a-very-long-name-0123456789-0123456789-0123456789-0123456789",
    device: "toaster",
    tz: "America/Argentina/ComodRivadavia",
  })}`,
  "a route": ROUTE,
  releases: "/admin/performance/releases",
  "sessions and tokens": "/admin/access",
  "a page that does not exist": "/admin/nowhere",
};

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name} passes axe in light and dark`, async ({ page }) => {
    await page.goto(path);
    // The tables of the longest range are the same, and axe looks at every cell.
    if (name !== "ninety days") {
      for (const details of await page.locator("details > summary").all()) await details.click();
    }
    expect(await violations(page)).toEqual([]);
  });

  test(`${name} fits every viewport width`, async ({ page }) => {
    for (const width of [360, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      expect(await overflow(page), `${width} px`).toBe(0);
    }
  });
}

test("/login passes axe, before and after a rejected password", async ({ browser, cockpit }) => {
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto(ROUTE);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/.+/);
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  await context.close();
  await cockpit.complained("an attempt to sign in failed");
});

test.describe("/admin/performance on an empty database", () => {
  test.use({ empty: true });

  test("passes axe on an empty install and with too few samples", async ({ page, cockpit }) => {
    for (const sent of [0, 3]) {
      const measurements = Array.from({ length: sent }, (_, i) => ({
        id: `few-${i}`,
        name: "LCP",
        value: 1_000,
      }));
      if (sent > 0) await cockpit.send({ route: "/few", measurements });
      await expect.poll(async () => (await cockpit.vitals({})).current.metrics.LCP?.n).toBe(sent);
      await page.setViewportSize({ width: 360, height: 640 });
      await page.goto("/admin/performance");
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    }
  });
});

/** Budget of a page with its resources, cold and compressed, in kilobytes (1,000 bytes). */
for (const [javaScriptEnabled, kilobytes] of [
  [true, 60],
  [false, 25],
] as const) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    for (const path of [
      "/admin/performance",
      "/admin/performance?range=7d",
      ROUTE,
      "/admin/performance/releases",
    ]) {
      test(`${path} needs at most four requests and ${kilobytes} kB`, async ({ page }) => {
        const sizes: Array<{ url: string; bytes: number }> = [];
        const finished: Promise<unknown>[] = [];
        page.on("requestfinished", (request) => {
          if (request.method() !== "GET") return;
          const add = async () => {
            const { responseBodySize, responseHeadersSize } = await request.sizes();
            sizes.push({ url: request.url(), bytes: responseBodySize + responseHeadersSize });
          };
          if (request.url().startsWith("http")) finished.push(add());
        });
        await page.goto(path, { waitUntil: "networkidle" });
        await Promise.all(finished);
        const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
        test.info().annotations.push({ type: "bytes", description: `${total} in ${sizes.length} requests` });
        expect(sizes.map(({ url }) => url).length).toBeLessThanOrEqual(4);
        expect(total, JSON.stringify(sizes, null, 2)).toBeLessThanOrEqual(kilobytes * 1_000);
      });
    }
  });
}

test("w3m pages through more routes than a page has", async ({ cockpit }) => {
  test.skip(!isInstalled("w3m"), "w3m is not installed");
  const home = await mkdtemp(join(tmpdir(), "text-browser-"));
  const w3m = new W3m(home);
  const next = "/admin/performance?range=7d&sort=views";
  const { paging, routes } = await cockpit.vitals({ range: "7d", sort: "views" });
  const second = await cockpit.vitals({ range: "7d", sort: "views", page: "2" });
  expect(paging.pages).toBe(2);
  const routesIn = (text: string) => [...text.matchAll(/^\s*(\/\S*)\s+[\d,]+ /gm)].map(([, route]) => route);
  const first = await w3m.open(`${cockpit.origin}/login`, { password: PASSWORD, next });
  expect(first).toMatch(/\bNext\b/);
  expect(routesIn(first)).toEqual(routes.map(({ route }) => route));
  const last = await w3m.open(`${cockpit.origin}${next}&page=2`);
  expect(last).toMatch(/\bPrevious\b/);
  expect(routesIn(last)).toEqual(second.routes.map(({ route }) => route));
  await rm(home, { recursive: true });
});

test("a visitor who wants less motion gets the next page without a transition", async ({ page }) => {
  await page.addInitScript(() => {
    addEventListener("pagereveal", (event) => {
      document.documentElement.dataset.fades = String(event.viewTransition !== null);
    });
  });
  // The tests' pages want less motion: see support/cockpit-test.ts.
  await page.goto("/admin/performance");
  await page.getByRole("navigation", { name: "Range" }).getByRole("link", { name: "7d" }).click();
  await expect(page).toHaveURL(/range=7d$/);
  await expect(page.locator("html")).toHaveAttribute("data-fades", "false");
});
