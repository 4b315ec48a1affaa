// @ts-check
// The browsers of the end-to-end tests: those that are there already, else Debian's.
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { installWithApt } from "./apt.mjs";

const PACKAGE = "chromium";

/** Also the name of its program. */
const SHELL_PACKAGE = "chromium-headless-shell";

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
 * The program for pages that need neither tabs nor windows. The whole browser runs parts of its own interface anew for each
 * window, which is as much work as loading a page; the shell has none.
 * @returns {string | null} `findChromium` where CHROMIUM_PATH names a program, or no shell is installed
 */
export const findShell = () => namedProgram() ?? firstOf(pathsOf([SHELL_PACKAGE])) ?? findChromium();

/**
 * Installs what is missing, where it may.
 * @throws {Error} saying what to install
 */
export function ensureChromium() {
  const browser = findChromium();
  // Some distributions have no such package.
  if (findShell() === browser && namedProgram() === null) installWithApt([SHELL_PACKAGE]);
  if (browser !== null) return;
  installWithApt([PACKAGE]);
  if (findChromium() !== null) return;
  throw new Error(
    "The end-to-end tests need Chromium or Chrome. Install it (Debian and Ubuntu: apt-get install chromium), or run " +
      '"npx playwright install chromium", or name the program in CHROMIUM_PATH.',
  );
}
