// @ts-check
// The environment of tests: what programs need to run at all, and no setting of a developer's own cockpit. No test may
// write to the database that DATABASE_URL or a .env file names.

const KEPT = new Set([
  "APPDATA",
  "CHROMIUM_PATH",
  "CI",
  "COLORTERM",
  "COMSPEC",
  "DEBIAN_FRONTEND",
  "FIREFOX_PATH",
  "FORCE_COLOR",
  "HOME",
  "LANG",
  "LANGUAGE",
  "LOCALAPPDATA",
  "LOGNAME",
  "PATH",
  "PATHEXT",
  "SHELL",
  "SYSTEMROOT",
  "TEMP",
  "TERM",
  "TEST_DATABASE_URL",
  "TMP",
  "TMPDIR",
  "USER",
  "USERPROFILE",
  "WINDIR",
]);
const KEPT_PREFIXES = ["LC_", "NPM_", "PLAYWRIGHT_", "BENCH_", "VITEST", "PW_"];

/** Far from UTC and with summer time, so that a mix-up of local time and UTC fails a test. */
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
