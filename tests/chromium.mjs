// @ts-check
// The browsers of the end-to-end tests: those that are there already, else Debian's.
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { installWithApt } from "./apt.mjs";

const PACKAGE = "chromium";

/** Chromium without windows; also the name of its program. */
const WINDOWLESS = "chromium-headless-shell";

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

const namedProgram = () => process.env.CHROMIUM_PATH || null;

/** @param {readonly string[]} names */
const pathsOf = (names) => FOLDERS.flatMap((folder) => names.map((name) => path.join(folder, name)));

/** @param {readonly string[]} candidates */
const firstOf = (candidates) => candidates.find((file) => existsSync(file)) ?? null;

/**
 * The program to start: what CHROMIUM_PATH names, an installed browser, or Playwright's own download.
 * @returns {string | null} null when there is none
 */
export function findChromium() {
  // What `npx playwright install chromium` downloads comes last: it need not be there.
  return namedProgram() ?? firstOf([...pathsOf(NAMES), ...APPLICATIONS, chromium.executablePath()]);
}

/**
 * The program for pages that need no tabs: without the window of each, a page costs a third of the processor time.
 * @returns {string | null} `findChromium` where CHROMIUM_PATH names a program, or none without windows is installed
 */
export const findWindowlessChromium = () =>
  namedProgram() ?? firstOf(pathsOf([WINDOWLESS])) ?? findChromium();

/**
 * Installs what is missing, where it may.
 * @throws {Error} saying what to install
 */
export function ensureChromium() {
  const browser = findChromium();
  // Some distributions have no such package.
  if (findWindowlessChromium() === browser && namedProgram() === null) installWithApt([WINDOWLESS]);
  if (browser !== null) return;
  installWithApt([PACKAGE]);
  if (findChromium() !== null) return;
  throw new Error(
    "The end-to-end tests need Chromium or Chrome. Install it (Debian and Ubuntu: apt-get install chromium), or run " +
      '"npx playwright install chromium", or name the program in CHROMIUM_PATH.',
  );
}
