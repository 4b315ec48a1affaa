// @ts-check
// The environment that tests run in: what programs need to run at all, and nothing of how a developer set up a
// cockpit of their own. No test may write to the database that DATABASE_URL or a .env file names.

const KEPT = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "COLORTERM", "LANG", "LANGUAGE", "CI"],
  ...[
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "COMSPEC",
    "PATHEXT",
    "WINDIR",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
  ],
  ...["FORCE_COLOR", "CHROMIUM_PATH", "FIREFOX_PATH", "DEBIAN_FRONTEND"],
]);
const KEPT_PREFIXES = ["LC_", "NPM_", "PLAYWRIGHT_", "BENCH_", "VITEST", "PW_"];

/** Not UTC and with summer time, on the other side of the date line: what mixes up local time and UTC shows. */
export const TIME_ZONE = "Pacific/Auckland";

/**
 * @param {Record<string, string | undefined>} inherited
 * @returns {Record<string, string>}
 */
export function testEnvironment(inherited) {
  /** @type {Record<string, string>} */
  const environment = {};
  for (const [name, value] of Object.entries(inherited)) {
    const upper = name.toUpperCase();
    const kept = KEPT.has(upper) || KEPT_PREFIXES.some((prefix) => upper.startsWith(prefix));
    if (kept && value !== undefined) environment[name] = value;
  }
  // For every process that a test starts: the preload reads no .env file.
  return { ...environment, ENV_FILE: "none", TZ: TIME_ZONE };
}

/** Makes this process's environment that of tests, for runners that are started by hand. */
export function isolateThisProcess() {
  const environment = testEnvironment(process.env);
  for (const name of Object.keys(process.env)) {
    // NODE_ENV belongs to the runner.
    if (!(name in environment) && name !== "NODE_ENV") delete process.env[name];
  }
  Object.assign(process.env, environment);
}
