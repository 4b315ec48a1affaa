// @ts-check
// The text browsers of the end-to-end tests.
import { installWithApt, isInstalled } from "./apt.mjs";

/** Each is a Debian package of the same name. */
export const TEXT_BROWSERS = /** @type {const} */ (["w3m", "lynx", "links2"]);

/** Installs those that are missing. Where that is not possible, a line says so and their tests are skipped. */
export function ensureTextBrowsers() {
  const missing = TEXT_BROWSERS.filter((program) => !isInstalled(program));
  if (missing.length === 0 || installWithApt(missing)) return;
  process.stderr.write(
    `Tests in ${missing.join(", ")} are skipped. Debian and Ubuntu: apt-get install ${missing.join(" ")}\n`,
  );
}
