import type { Locator } from "@playwright/test";

/** The routes of a table, once it is shown: the rows of a long one are hidden for a moment after the first paint. */
export async function routesOf(table: Locator): Promise<string[]> {
  const routes = table.getByRole("rowheader");
  // The table of a new page may have a part of its rows until the whole document has arrived.
  await table.page().waitForLoadState("domcontentloaded");
  await routes.first().waitFor();
  return (await routes.allTextContents()).map((text) => text.trim());
}
