// @ts-check
// The browser of the end-to-end tests: one that is there already, else Debian's.
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { installWithApt } from "./apt.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FOLDERS = [
  "/usr/bin",
  "/usr/local/bin",
  "/snap/bin",
  ...(process.env.PATH ?? "").split(path.delimiter),
];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The program to start: what CHROMIUM_PATH names, an installed browser, or Playwright's own download.
 * @returns {string | null} null when there is none
 */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") return named;
  const installed = FOLDERS.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  // What `npx playwright install chromium` downloads comes last: it need not be there.
  const candidates = [...installed, ...APPLICATIONS, chromium.executablePath()];
  return candidates.find((file) => existsSync(file)) ?? null;
}

/** Debian's package and program of the Chromium that has no windows. */
const WINDOWLESS = "chromium-headless-shell";

/**
 * The program for pages that need no tabs: without the window of each, a page costs a third of the processor time.
 * @param {string | null} [browser] the program for pages with tabs
 * @returns {string | null} Debian's Chromium without windows where it is beside `browser`, and `browser` elsewhere; null
 * when there is none
 */
export function findWindowlessChromium(browser = findChromium()) {
  if (browser === null || path.basename(browser) !== "chromium") return browser;
  const windowless = path.join(path.dirname(browser), WINDOWLESS);
  return existsSync(windowless) ? windowless : browser;
}

/**
 * Installs what is missing, where it may.
 * @throws {Error} saying what to install
 */
export function ensureChromium() {
  if (findChromium() === null) installWithApt(["chromium"]);
  const browser = findChromium();
  if (browser !== null) {
    // A distribution that has no such package has no lack either.
    if (path.basename(browser) === "chromium" && findWindowlessChromium(browser) === browser) {
      installWithApt([WINDOWLESS]);
    }
    return;
  }
  throw new Error(
    "The end-to-end tests need Chromium or Chrome. Install it (Debian and Ubuntu: apt-get install chromium), or run " +
      '"npx playwright install chromium", or name the program in CHROMIUM_PATH.',
  );
}
