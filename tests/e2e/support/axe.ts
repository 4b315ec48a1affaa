import type { Page } from "@playwright/test";
import axe from "axe-core";

const SCHEMES = ["light", "dark"] as const;
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The violations that axe reports. Its script is evaluated by the debugger, which ignores the page's CSP. */
export async function violations(page: Page, within = "html"): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    // Only colour contrast depends on the scheme.
    const runOnly = colorScheme === "light" ? STANDARDS : ["color-contrast"];
    const { violations } = await page.evaluate(([selector, rules]) => axe.run(selector, { runOnly: rules }), [
      within,
      runOnly,
    ] as const);
    for (const { id, help, nodes } of violations) {
      found.push(...nodes.map(({ html }) => `${colorScheme}: ${id}: ${help}: ${html}`));
    }
  }
  return found;
}

/** Horizontal overflow of a page, in pixels. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
