// @ts-check
// The text browsers of the end-to-end tests.
import { existsSync } from "node:fs";
import path from "node:path";
import { installWithApt } from "./apt.mjs";

/** Each is a Debian package of the same name. */
export const TEXT_BROWSERS = /** @type {const} */ (["w3m", "lynx", "links2"]);

/** @param {string} program */
export const isInstalled = (program) =>
  ["/usr/bin", ...(process.env.PATH ?? "").split(path.delimiter)].some((folder) =>
    existsSync(path.join(folder, program)),
  );

/** Installs those that are missing. Where that is not possible, a line says so and their tests are skipped. */
export function ensureTextBrowsers() {
  const missing = TEXT_BROWSERS.filter((program) => !isInstalled(program));
  if (missing.length === 0 || installWithApt(missing)) return;
  process.stderr.write(
    `Tests in ${missing.join(", ")} are skipped. Debian and Ubuntu: apt-get install ${missing.join(" ")}\n`,
  );
}
