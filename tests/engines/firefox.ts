import puppeteer from "puppeteer-core";
import type { EngineBrowser } from "./engine-browser";

/** Starts Debian's Firefox, driven over WebDriver BiDi. */
export async function startFirefox(executablePath: string): Promise<EngineBrowser> {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
  const [first] = await browser.pages();
  const page = first ?? (await browser.newPage());
  return {
    version: await browser.version(),
    evaluate: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    click: (selector) => page.click(selector),
    // Neither goBack nor, after a restore, goto: Puppeteer waits for events that Firefox sends for a new page only.
    back: async () => {
      await page.evaluate("void setTimeout(() => history.back())");
    },
    close: () => browser.close(),
  };
}
