import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { mountProfiling } from "../../app/profiling/mount.server";
import { isInstalled } from "../apt.mjs";
import { AFTER, BEFORE, HEAP, storeRecordedProfiles } from "../support/stored-profiles";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";
import { TEXT_BROWSERS } from "../text-browsers.mjs";
import { overflow, violations } from "./support/axe";
import { type Cockpit, cockpitNow, startCockpit } from "./support/cockpit";
import { expect, test as withoutProfiling } from "./support/cockpit-test";
import { openInSpeedscope } from "./support/speedscope";
import { dump, markTexts, touchingTexts } from "./support/text-browsers";

const PAGE = "/admin/profiling";
const TOKEN = "token-of-the-targets";

type Worker = { url: string; folder: TemporaryFolder };

const test = withoutProfiling.extend<object, { worker: Worker; sampleCockpit: Cockpit }>({
  worker: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
    async ({}, use) => {
      const folder = temporaryFolder();
      const routes = mountProfiling({
        enabled: true,
        token: TOKEN,
        folder: folder.path,
        service: "shop-worker",
      });
      const server = createServer(routes).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      await use({ url: `http://127.0.0.1:${port}${PAGE}`, folder });
      server.close();
      folder.remove();
    },
    { scope: "worker" },
  ],

  sampleCockpit: [
    async ({ worker }, use) => {
      const cockpit = await startCockpit(async (file) => storeRecordedProfiles(file, cockpitNow()), {
        PROFILING_ENABLED: "1",
        PROFILING_TARGETS: `worker=${worker.url}`,
        PROFILING_TARGETS_TOKEN: TOKEN,
      });
      await use(cockpit);
      await cockpit.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

const functions = (page: Page) =>
  page.getByRole("region", { name: "Table of functions" }).getByRole("rowheader");
/** Waits for a parameter of the page's URL: a form that was sent, or a link that was followed, takes a while. */
const expectParam = (page: Page, name: string) =>
  expect.poll(() => new URL(page.url()).searchParams.get(name));

/** Collects what pages say of a profile that is awaited: some of it lasts a second, which a test may miss. */
const collectCountdown = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    new MutationObserver(() => {
      const said = document.querySelector("[data-island=countdown]")?.parentElement?.textContent;
      if (said != null) sessionStorage.setItem("said", `${sessionStorage.getItem("said") ?? ""}${said}\n`);
    }).observe(document, { childList: true, characterData: true, subtree: true });
  });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a profile is opened, searched, zoomed into and compared", async ({ page }) => {
      await page.goto("/admin/performance");
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Profiling" }).click();
      await page.locator(`a[href="${PAGE}?id=${AFTER.id}"]`).click();
      await expect(page.getByRole("heading", { name: "CPU profile of shop 2.4.1" })).toBeVisible();
      await expect(functions(page).first()).toContainText("guiltyFunction");
      await expect(functions(page).first()).toContainText(
        "tests/unit/profiling/fixtures/guilty-function.mjs:8",
      );

      await page.locator("figure a", { hasText: "guiltyFunction" }).first().click();
      await expectParam(page, "frame").toMatch(/^\d+$/);
      await expect(page.getByText("The width is guiltyFunction called this way")).toBeVisible();
      await page.getByRole("link", { name: "Show all of it" }).click();
      await expectParam(page, "frame").toBeNull();
      await page.getByRole("link", { name: "In order of time" }).click();
      await expect(page.getByRole("figure", { name: "Running time, part by part" })).toBeVisible();

      await page.getByLabel("Search").fill("PARSEorders");
      await page.getByRole("button", { name: "Search" }).click();
      await expectParam(page, "q").toBe("PARSEorders");
      await expect(functions(page)).toHaveCount(1);
      await expect(functions(page).first()).toContainText("parseOrders");

      await page.locator("#profiles").getByRole("link", { name: "Compare" }).click();
      await expectParam(page, "compare").toBe(BEFORE.id);
      await expectParam(page, "id").toBe(AFTER.id);
      await expect(page.getByText(`From 2.4.0 (${BEFORE.id})`)).toBeVisible();
      await page.waitForLoadState();
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      if (javaScriptEnabled) {
        expect(await page.locator("*").count()).toBeLessThan(1_200);
        await page.getByRole("link", { name: "Clear" }).click();
        await expectParam(page, "q").toBeNull();
        await page.waitForLoadState();
        expect(await violations(page)).toEqual([]);
      }
    });

    test("a profile is started, counted down and opened", async ({ page }) => {
      await collectCountdown(page);
      // One process starts one profile in five minutes: with JavaScript the worker, without it the cockpit.
      await page.goto(javaScriptEnabled ? `${PAGE}?target=worker` : PAGE);
      await page.getByLabel(/^Seconds/).fill("5");
      await page.getByRole("button", { name: "Start profile" }).click();
      // A machine that needs five seconds for the page has no other to show than that of the end.
      const [running, ended] = ["A CPU profile of 5 s is running.", "One profile may start in five minutes"];
      if (!javaScriptEnabled) {
        await expect(page.getByText(running).or(page.getByText(ended))).toBeVisible();
      }
      // The page reloads itself.
      await expect(functions(page).first()).toBeVisible();
      await expect(page.getByText(ended)).toBeVisible();
      if (!javaScriptEnabled) return;
      const said = await page.evaluate(() => sessionStorage.getItem("said"));
      if (said !== null) expect(said).toContain("Any moment now.");
    });
  });
}

for (const { id, file } of [
  { id: AFTER.id, file: `${AFTER.id}.cpuprofile` },
  { id: HEAP.id, file: `${HEAP.id}.heapprofile` },
]) {
  test(`speedscope opens the download ${file}`, async ({ page, browser }) => {
    await page.goto(`${PAGE}?id=${id}`);
    const download = page.waitForEvent("download");
    await page.locator("#profile").getByRole("link", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe(file);
    const content = readFileSync(await (await download).path(), "utf8");
    const { shared, profiles } = await openInSpeedscope(browser, file, content);
    const name = file === `${AFTER.id}.cpuprofile` ? "guiltyFunction" : "parseOrders";
    expect(shared.frames.map((frame) => frame.name)).toContain(name);
    expect(profiles[0]?.endValue).toBeGreaterThan(profiles[0]?.startValue ?? 0);
  });
}

test("no two values touch in text browsers", async ({ page }) => {
  const paths = [
    PAGE,
    ...[AFTER, HEAP].map(({ id }) => `${PAGE}?id=${id}`),
    `${PAGE}?id=${AFTER.id}&compare=${BEFORE.id}`,
  ];
  for (const path of paths) {
    const html = await (await page.request.get(path)).text();
    for (const program of TEXT_BROWSERS.filter(isInstalled)) {
      expect(touchingTexts(await dump(program, markTexts(html))), `${path} in ${program}`).toEqual([]);
    }
  }
});
