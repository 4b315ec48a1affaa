import { once } from "node:events";
import type { Locator, Page } from "@playwright/test";
import { launchOptions } from "./support/chromium";
import { expect, test } from "./support/cockpit-test";
import { painted } from "./support/real-tabs";

// The back/forward cache.
test.use({ launchOptions: launchOptions({ withTabs: true }) });

const HOME = "/admin/performance";
const WEEK = `${HOME}?range=7d`;

/** A page from the back/forward cache fires no load event. */
const FROM_CACHE = { waitUntil: "commit" } as const;

const slider = (page: Page) => page.getByRole("slider", { name: "LCP p75" });
const drawing = (page: Page) => page.getByRole("img", { name: /^LCP p75/ });
const device = (page: Page) => page.getByRole("combobox", { name: "Device" });

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error("It isn't there.");
  return box;
}

/** Opens a page, and waits for its trend island. */
async function openAlive(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(slider(page)).toBeVisible();
  await expect(page.locator("figure.is-live")).toHaveCount(1);
}

/** The path and query of each document that a page asks for from now on. */
function askedBy(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (request.isNavigationRequest()) asked.push(pathname + search);
  });
  return asked;
}

/** The number of layout shifts without input, from the load until two frames from now. */
const shiftsOf = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let shifts = 0;
        const observer = new PerformanceObserver((list) => {
          shifts += list.getEntries().length;
        });
        observer.observe({ type: "layout-shift", buffered: true });
        const finish = () => resolve(shifts + observer.takeRecords().length);
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(finish)));
      }),
  );

async function rowsOf(page: Page): Promise<string[]> {
  await page.getByText("The numbers of this chart").click();
  return page
    .getByRole("region", { name: /numbers$/ })
    .getByRole("rowheader")
    .allTextContents();
}

test.describe("/admin/performance, the first paint", () => {
  test("waits for the styles alone: no chart or table is laid out before them, and no island runs before it", async ({
    page,
  }) => {
    const released = new AbortController();
    await page.route("**/*.css", async (route) => {
      if (!released.signal.aborted) await once(released.signal, "abort");
      await route.continue();
    });
    await page.addInitScript(() => {
      const painted = () => performance.getEntriesByName("first-contentful-paint").length;
      const observer = new MutationObserver(() => {
        const figure = document.querySelector<HTMLElement>("figure.is-live");
        if (figure !== null) figure.dataset.painted ??= String(painted());
      });
      observer.observe(document, { attributeFilter: ["class"], subtree: true });
    });
    const islands = page.waitForResponse(/\/build\/entry\.client-/);
    const response = await page.goto(HOME, { waitUntil: "commit" });
    await response?.finished();
    await (await islands).finished();
    expect(await page.locator("table").count()).toBe(0);
    released.abort();
    await expect(page.locator("figure.is-live")).toHaveAttribute("data-painted", "1");
  });
});

test.describe("/admin/performance, in a browser that reports no paints", () => {
  test("has its islands, too", async ({ page }) => {
    await page.addInitScript(() => {
      PerformanceObserver.prototype.observe = () => {};
    });
    await page.goto(HOME);
    await expect(page.locator("figure.is-live")).toBeVisible();
  });
});

test.describe("/admin/performance, trend island", () => {
  test("replaces the server's chart without a layout shift", async ({ page, browser }) => {
    await openAlive(page, HOME);
    expect(await shiftsOf(page)).toBe(0);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(HOME);
    expect(await boxOf(drawing(page))).toEqual(await boxOf(drawing(plain)));
    expect(await boxOf(page.getByRole("region", { name: "Routes", exact: true }))).toEqual(
      await boxOf(plain.getByRole("region", { name: "Routes", exact: true })),
    );
    await context.close();
  });

  test("shows the step under the pointer with the figures of the table", async ({ page }) => {
    await openAlive(page, HOME);
    const rows = await rowsOf(page);
    const { width } = await boxOf(slider(page));
    for (const row of [0, 12, 23]) {
      await slider(page).hover({ position: { x: ((row + 0.5) / 24) * width, y: 40 } });
      await expect(slider(page)).toHaveAttribute("aria-valuenow", String(row));
      const text = (await slider(page).getAttribute("aria-valuetext")) ?? "";
      expect(text).toContain((rows[row] ?? "").slice(0, 12));
      expect(text).toMatch(/UTC, p75 .*n [\d,]+/);
      await expect(page.locator(".trend-readout")).toBeVisible();
    }
    await page.getByRole("searchbox").hover();
    await expect(page.locator(".trend-readout")).toBeHidden();
  });

  test("zooms to whole steps by dragging, with their figures", async ({ page, cockpit }) => {
    // Desktop's samples are few at some hours of the day, and thin steps are joined.
    await openAlive(page, `${HOME}?device=mobile`);
    const { from } = (await cockpit.vitals({})).current.window;
    const hour = (hours: number) => new Date(Date.parse(from) + hours * 3_600_000).toISOString();
    await slider(page).scrollIntoViewIfNeeded();
    const { x, y, width } = await boxOf(slider(page));
    await page.mouse.move(x + (6.2 / 24) * width, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + (11.7 / 24) * width, y + 90, { steps: 4 });
    await page.mouse.up();
    await expect(page).toHaveURL(/from=/);
    const params = new URL(page.url()).searchParams;
    expect(Object.fromEntries(params)).toEqual({ device: "mobile", from: hour(6), to: hour(12) });
    const { current } = await cockpit.vitals(params);
    await expect(
      page.getByRole("navigation", { name: "Web Vitals" }).locator("[data-metric=LCP]"),
    ).toContainText((current.metrics.LCP?.n ?? 0).toLocaleString("en-US"));
    await page.goBack(FROM_CACHE);
    await expect(page).toHaveURL(/\?device=mobile$/);
  });

  test("moves and zooms by keyboard", async ({ page, cockpit }) => {
    await openAlive(page, HOME);
    const { from } = (await cockpit.vitals({})).current.window;
    const hour = (hours: number) => new Date(Date.parse(from) + hours * 3_600_000).toISOString();
    const now = (step: number) => expect(slider(page)).toHaveAttribute("aria-valuenow", String(step));
    await slider(page).focus();
    await page.keyboard.press("Home");
    await now(0);
    await page.keyboard.press("ArrowLeft");
    await now(0);
    await page.keyboard.press("PageUp");
    await page.keyboard.press("ArrowRight");
    await now(3);
    await expect(page.locator(".trend-readout")).toContainText("p75");

    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await now(6);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/from=/);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ from: hour(4), to: hour(7) });
  });

  test("follows the page's width and colour scheme", async ({ page }) => {
    /** The most saturated colour of the drawn line, as red, green and blue. */
    const colour = () =>
      page.locator(".trend-live canvas").evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels =
          (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
        let at = 0;
        for (let i = 0; i < pixels.length; i += 4) if ((pixels[i + 3] ?? 0) > (pixels[at + 3] ?? 0)) at = i;
        return `rgb(${[...pixels.slice(at, at + 3)].join(", ")})`;
      });
    const stroke = () =>
      page.locator("[data-trend-line] path").evaluate((line) => getComputedStyle(line).stroke);
    await openAlive(page, WEEK);
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(colour).toBe(await stroke());
    }
    await page.setViewportSize({ width: 360, height: 740 });
    const drawn = await boxOf(drawing(page));
    await expect.poll(async () => (await boxOf(page.locator(".trend-live canvas"))).width).toBe(drawn.width);
    await expect.poll(async () => (await boxOf(slider(page))).x).toBe(drawn.x);
  });

  test("leaves the server's chart without the needed browser APIs", async ({ browser }) => {
    const page = await (await browser.newContext()).newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.addInitScript("delete window.ResizeObserver");
    await page.goto(HOME);
    await expect.poll(() => errors.length).toBe(1);
    await expect(slider(page)).toHaveCount(0);
    await expect(page.locator("[data-trend-line] path")).toBeVisible();
    await device(page).selectOption("mobile");
    await expect(page).toHaveURL(/\?device=mobile$/);
    await page.context().close();
  });

  test.describe("with a single point", () => {
    test.use({ empty: true });

    test("leaves the server's chart", async ({ page, cockpit }) => {
      const views = Array.from({ length: 40 }, (_, i) => ({ id: `one-${i}`, name: "LCP", value: 1_000 + i }));
      await cockpit.send({ route: "/one", measurements: views.slice(0, 32) });
      await expect.poll(async () => (await cockpit.vitals({})).current.metrics.LCP?.n).toBe(32);
      await page.goto(HOME, { waitUntil: "load" });
      await expect(drawing(page)).toBeVisible();
      // The islands run when the browser has reported its first paint.
      await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
      await painted(page);
      await expect(slider(page)).toHaveCount(0);
    });
  });
});

/** Lets the islands of the first page wait for `letIslandsRun`. */
const holdIslands = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    if (sessionStorage.getItem("first") !== null) return;
    sessionStorage.setItem("first", "");
    const { observe } = PerformanceObserver.prototype;
    PerformanceObserver.prototype.observe = function (options) {
      if (options?.type !== "paint") observe.call(this, options);
      else addEventListener("painted", () => observe.call(this, options));
    };
    // After it they would wait for a report no longer than a while.
    addEventListener("load", (event) => event.stopImmediatePropagation());
  });
const letIslandsRun = (page: Page): Promise<unknown> =>
  page.evaluate(() => dispatchEvent(new Event("painted")));

/** What is done before the islands run, and after they have run. */
const EARLY_CHANGES = [
  {
    by: "pointer",
    change: (page: Page) => device(page).selectOption("mobile"),
    finish: async () => {},
  },
  {
    by: "keyboard",
    change: async (page: Page) => {
      await device(page).focus();
      await page.keyboard.press("ArrowDown");
      await expect(device(page)).toHaveValue("mobile");
    },
    finish: async (page: Page) => {
      await expect(page.locator("figure.is-live")).toHaveCount(1);
      await page.keyboard.press("Enter");
    },
  },
];

test.describe("/admin/performance, filter bar", () => {
  test("submits itself when a select changes, without default values", async ({ page, cockpit }) => {
    await page.goto(HOME);
    await device(page).selectOption("mobile");
    await expect(page).toHaveURL(`${cockpit.origin}${HOME}?device=mobile`);
    await expect(device(page)).toBeFocused();
    await page.getByRole("combobox", { name: "Range" }).selectOption("7d");
    await expect(page).toHaveURL(`${cockpit.origin}${HOME}?range=7d&device=mobile`);
    await device(page).selectOption("all");
    await expect(page).toHaveURL(`${cockpit.origin}${WEEK}`);
  });

  test.describe("on a slow machine, where a select changes before the islands run", () => {
    for (const { by, change, finish } of EARLY_CHANGES) {
      test(`knows what was chosen by ${by}`, async ({ page, cockpit }) => {
        await holdIslands(page);
        await page.goto(HOME);
        await change(page);
        await letIslandsRun(page);
        await finish(page);
        await expect(page).toHaveURL(`${cockpit.origin}${HOME}?device=mobile`);
        await expect(device(page)).toBeFocused();
      });
    }

    test("stays on a page that is left with it, and gone back to", async ({ page, cockpit }) => {
      await holdIslands(page);
      await page.goto(HOME);
      await device(page).selectOption("mobile");
      await page.evaluate(() => Object.assign(window, { isKept: true }));
      await page.getByRole("navigation", { name: "Range" }).getByRole("link", { name: "7d" }).click();
      await expect(page).toHaveURL(`${cockpit.origin}${WEEK}`);
      await page.goBack(FROM_CACHE);
      await expect(page).toHaveURL(cockpit.origin + HOME);
      expect(await page.evaluate("isKept")).toBe(true);
      const asked = askedBy(page);
      await letIslandsRun(page);
      await expect(page.locator("figure.is-live")).toHaveCount(1);
      await painted(page);
      expect(asked).toEqual([]);
      await expect(device(page)).toHaveValue("all");
    });
  });

  test("waits for Enter while a select is changed by keyboard", async ({ page, cockpit }) => {
    await openAlive(page, HOME);
    const asked = askedBy(page);
    await device(page).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect(device(page)).toHaveValue("tablet");
    // A form that had been sent would be under way by then.
    await painted(page);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${cockpit.origin}${HOME}?device=tablet`);
    await expect(device(page)).toBeFocused();
    expect(asked).toEqual([`${HOME}?device=tablet`]);
  });

  test("replaces absolute times by a range, and restores the form after going back", async ({
    page,
    cockpit,
  }) => {
    const { from, to } = (await cockpit.vitals({})).current.window;
    await page.goto(`${HOME}?${new URLSearchParams({ from, to })}`);
    await page.getByRole("combobox", { name: "Range" }).selectOption("7d");
    await expect(page).toHaveURL(`${cockpit.origin}${WEEK}`);
    await page.goBack(FROM_CACHE);
    await expect(page).toHaveURL(/from=/);
    await expect(page.getByRole("combobox", { name: "Range" })).toHaveValue("");
    await expect(page.getByLabel("From (UTC)")).toHaveValue(from.slice(0, 16));
  });

  test("shows what belongs to the page after going back, where no page is kept in memory", async ({
    page,
  }) => {
    await page.addInitScript(() => {
      addEventListener("unload", () => undefined);
      addEventListener("pageshow", ({ persisted }) => {
        document.documentElement.dataset.persisted = String(persisted);
      });
    });
    await page.goto(HOME);
    await device(page).selectOption("mobile");
    await expect(page).toHaveURL(/\?device=mobile$/);
    await page.goBack();
    await expect(page.locator("html[data-persisted=false]")).toHaveCount(1);
    await expect(page.locator("figure.is-live")).toHaveCount(1);
    await expect(device(page)).toHaveValue("all");
    await expect(page).toHaveURL(HOME);
  });

  test("waits for Apply while times are typed", async ({ page, cockpit }) => {
    const { from } = (await cockpit.vitals({ range: "7d" })).current.window;
    await openAlive(page, HOME);
    const asked = askedBy(page);
    await page.getByText("From, to").click();
    await page.getByLabel("From (UTC)").fill(from.slice(0, 16));
    await page.getByLabel("To (UTC)").focus();
    await painted(page);
    expect(asked).toEqual([]);
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/\?from=[^&]+$/);
    expect(asked).toHaveLength(1);
  });
});
