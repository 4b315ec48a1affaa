// @ts-check
// The browsers of tests/engines: Debian's Firefox, and WebKitGTK's MiniBrowser with its driver and a virtual display.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const FOLDERS = ["/usr/bin", "/usr/local/bin", ...(process.env.PATH ?? "").split(path.delimiter)];

/** Debian's folders of WebKitGTK's own programs. */
const MINI_BROWSER = ["x86_64-linux-gnu", "aarch64-linux-gnu"].flatMap((architecture) =>
  ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"].map((version) =>
    path.join("/usr/lib", architecture, version, "MiniBrowser"),
  ),
);

const PACKAGES = ["firefox-esr", "webkit2gtk-driver", "xvfb"];

/**
 * @param {string} name
 * @returns {string | null}
 */
const findProgram = (name) =>
  FOLDERS.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;

/** @returns {string | null} Firefox, or what FIREFOX_PATH names */
export const findFirefox = () =>
  process.env.FIREFOX_PATH || findProgram("firefox-esr") || findProgram("firefox");

/** @returns {{ driver: string, browser: string, display: string } | null} null when a part of it is missing */
export function findWebKit() {
  const driver = findProgram("WebKitWebDriver");
  const browser = MINI_BROWSER.find((file) => existsSync(file)) ?? null;
  const display = findProgram("Xvfb");
  return driver === null || browser === null || display === null ? null : { driver, browser, display };
}

/** @returns {string[]} names of the engines that can't be tested here */
export const missingEngines = () => [
  ...(findFirefox() === null ? ["Firefox"] : []),
  ...(findWebKit() === null ? ["WebKit"] : []),
];

/**
 * Installs Debian's packages of the engines where this process may do that.
 * @returns {string[]} names of the engines that are missing still
 */
export function installEngines() {
  if (missingEngines().length === 0) return [];
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    process.stderr.write(`Installing ${PACKAGES.join(", ")} with apt-get …\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...PACKAGES]]) {
      spawnSync("apt-get", ["-q", ...args], { stdio: ["ignore", 2, 2], env });
    }
  }
  return missingEngines();
}
