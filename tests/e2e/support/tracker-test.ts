import { test as base, expect, type Page } from "@playwright/test";
import { Collector } from "./collector";
import { type RealBrowser, startRealBrowser } from "./real-tabs";
import { type Site, startSite } from "./site";

type TestFixtures = { collector: Collector; site: Site; tab: Page };

/**
 * Playwright's `test` with a site, a collector of another origin, and `tab`: a page in a browser with real tabs. An
 * uncaught error or console error in the page fails the test, and so does a cookie.
 */
export const test = base.extend<TestFixtures, { realBrowser: RealBrowser }>({
  realBrowser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
    async ({}, use) => {
      const realBrowser = await startRealBrowser();
      await use(realBrowser);
      await realBrowser.close();
    },
    { scope: "worker" },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
  collector: async ({}, use) => {
    const collector = await Collector.start();
    await use(collector);
    await collector.close();
  },

  site: async ({ collector }, use) => {
    const site = await startSite(`${collector.origin}/vitals.js`);
    await use(site);
    await site.close();
  },

  // Depends on the site, so that pages are closed before their servers.
  tab: async ({ realBrowser, site: _site }, use) => {
    const [context] = realBrowser.browser.contexts();
    if (context === undefined) throw new Error("The browser has no context.");
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(`thrown: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`console: ${message.text()}`);
    });
    await use(page);
    const cookies = await context.cookies();
    // The browser exits with its last tab.
    const [keep, ...others] = context.pages();
    await keep?.goto("about:blank");
    for (const other of others) await other.close();
    await context.clearCookies();
    expect(errors).toEqual([]);
    expect(cookies).toEqual([]);
  },
});

export { expect };
