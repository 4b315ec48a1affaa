import { setTimeout as pause } from "node:timers/promises";

/** A real browser of another engine than Chromium's, with one tab. */
export type EngineBrowser = {
  readonly version: string;
  /** Evaluates a JavaScript expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Clicks as a person does: the events are trusted. */
  click(selector: string): Promise<void>;
  /** Goes back in the history; fulfilled before the page is there. */
  back(): Promise<void>;
  close(): Promise<void>;
};

/** Leaves the page for a URL, as a link does. */
export const leaveFor = (browser: EngineBrowser, url: string): Promise<void> =>
  browser.evaluate(`void setTimeout(() => { location.href = ${JSON.stringify(url)}; })`);

/** Fulfilled when an expression is true in the page; a page that is just being replaced answers with an error. */
export async function until(browser: EngineBrowser, expression: string): Promise<void> {
  while ((await browser.evaluate<boolean>(expression).catch(() => false)) !== true) await pause(20);
}

/** Opens a URL; fulfilled when it is loaded and something of it was painted. */
export async function open(browser: EngineBrowser, url: string): Promise<void> {
  await leaveFor(browser, url);
  const painted = `performance.getEntriesByName("first-contentful-paint").length > 0`;
  await until(
    browser,
    `location.href === ${JSON.stringify(url)} && document.readyState === "complete" && ${painted}`,
  );
}
