// @ts-check
// `npm test`: every suite, then a table and a last line with the number of passed and failed tests.
// `npm test -- unit e2e` runs some of them.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runInForeground } from "../app/setup/run-process.mjs";
import { ensureChromium } from "./chromium.mjs";
import { installEngines, missingEngines } from "./engines/programs.mjs";
import { isolateThisProcess } from "./environment.mjs";
import { HeldOutput } from "./held-output.mjs";
import { runLane } from "./lane.mjs";
import { ensurePgbouncer } from "./pgbouncer.mjs";
import { ensurePrometheus } from "./prometheus.mjs";
import { countPlaywright, countVitest, toTable, totalLine } from "./results.mjs";
import { ensureTextBrowsers } from "./text-browsers.mjs";

/** @typedef {import("./results.mjs").Result} Result */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const reports = path.join(root, "node_modules", ".cache", "vitals-cockpit");

/** In a log, colours are noise; some tools write them there whenever CI is set. */
const inColour = process.stdout.isTTY || process.env.FORCE_COLOR !== undefined;

/** Suites that are one check each: a command that succeeds or fails. */
const CHECKS = /** @type {const} */ ({
  types: ["node_modules/typescript/bin/tsc", "--noEmit"],
  // Biome doesn't know NO_COLOR.
  lint: [
    "node_modules/@biomejs/biome/bin/biome",
    "ci",
    "--error-on-warnings",
    ...(inColour ? [] : ["--colors=off"]),
  ],
});
const VITEST = /** @type {const} */ (["unit", "architecture", "integration", "engines"]);
/** Most of its files are those of `integration`, so it is a run of its own. */
const POSTGRESQL = "postgresql";
/** Firefox and WebKit. */
const ENGINES = 2;
const SUITES = [...Object.keys(CHECKS), ...VITEST, POSTGRESQL, "e2e"];

/** @type {number | null} the code to exit with when this run was asked to end */
let interrupted = null;
process.once("SIGINT", () => {
  interrupted = 130;
});
process.once("SIGTERM", () => {
  interrupted = 143;
});

/**
 * The output of the checks and of `e2e`: Vitest prints meanwhile.
 * @type {HeldOutput | null} null when Vitest has no suite to run
 */
let held = null;

/**
 * Runs a Node program; its output stays visible.
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, output?: HeldOutput | null }} [options] `env` is added to this process's
 */
async function run(args, { env = {}, output = null } = {}) {
  const start = performance.now();
  const code = await runInForeground([process.execPath, ...args], {
    root,
    env: { ...env, ...(output !== null && inColour && { FORCE_COLOR: "1" }) },
    write: output?.write,
  });
  return { ok: code === 0, durationMs: performance.now() - start };
}

/**
 * @param {string} title
 * @param {HeldOutput | null} [output]
 */
const announce = (title, output = null) => (output ?? process.stdout).write(`\n── ${title} ──\n`);

/**
 * The file for a runner's JSON report. An older report is removed, so that it cannot count as this run's.
 * @param {string} name
 */
function reportFile(name) {
  mkdirSync(reports, { recursive: true });
  const file = path.join(reports, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/** @param {string} file */
const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null);

/**
 * @param {keyof typeof CHECKS} suite
 * @returns {Promise<Result>}
 */
async function runCheck(suite) {
  announce(suite, held);
  const { ok, durationMs } = await run(CHECKS[suite], { output: held });
  return { suite, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, durationMs };
}

/**
 * @param {readonly string[]} suites
 * @returns {Promise<Result[]>}
 */
async function runVitest(suites) {
  announce(suites.join(", "));
  const report = reportFile("vitest");
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...suites.map((suite) => `--project=${suite}`),
  ];
  // Only here: Playwright sets FORCE_COLOR for what it starts, and Node warns of both on standard error.
  const { ok } = await run(args, inColour ? {} : { env: { NO_COLOR: "1" } });
  return countVitest(readReport(report), { suites, ok, testsFolder: path.join(root, "tests") });
}

/**
 * @param {boolean} hasBrowser
 * @returns {Promise<Result>}
 */
async function runEndToEnd(hasBrowser) {
  announce("e2e", held);
  if (!hasBrowser) {
    return { suite: "e2e", passed: 0, failed: 1, skipped: 0, durationMs: 0, note: "no browser (see above)" };
  }
  const report = reportFile("playwright");
  const { ok, durationMs } = await run(
    ["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"],
    { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report }, output: held },
  );
  return { suite: "e2e", durationMs, ...countPlaywright(readReport(report), { ok }) };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((suite) => !SUITES.includes(suite));
if (unknown.length > 0) {
  process.stderr.write(`There is no suite ${unknown.join(", ")}. There are: ${SUITES.join(", ")}.\n`);
  process.exit(1);
}
const isWanted = (/** @type {string} */ suite) => asked.length === 0 || asked.includes(suite);

/** Writes what is missing to standard error, and lets the other suites run. */
function hasChromium() {
  try {
    ensureChromium();
    return true;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return false;
  }
}

// Installing a browser may need what tests don't get, such as a proxy's address.
const hasBrowser = isWanted("e2e") && hasChromium();
if (isWanted("e2e")) ensureTextBrowsers();
if (isWanted("integration")) ensurePrometheus();
if (isWanted(POSTGRESQL)) ensurePgbouncer();
/** Who names the suite wants the browsers; in a run of everything they are optional, for they are 400 MB. */
const areEnginesAsked = asked.includes("engines");
const missing = areEnginesAsked ? installEngines() : missingEngines();
isolateThisProcess();
Reflect.deleteProperty(process.env, "NODE_ENV");

/**
 * Adds to the results that browsers are missing: a failure where the suite was asked for by name.
 * @param {Result[]} results
 */
function noteMissingEngines(results) {
  const note = `not installed: ${missing.join(", ")}${areEnginesAsked ? "" : " (npm run test:engines installs them)"}`;
  const result = results.find(({ suite }) => suite === "engines");
  if (result !== undefined)
    Object.assign(result, { note, failed: result.failed + (areEnginesAsked ? 1 : 0) });
  else {
    const [failed, skipped] = areEnginesAsked ? [1, 0] : [0, 1];
    results.push({ suite: "engines", passed: 0, failed, skipped, durationMs: 0, note });
  }
}

// Vitest skips the tests of one engine that is missing; of both, nothing would be left to run.
const isLeftOut = (/** @type {string} */ suite) => suite === "engines" && missing.length === ENGINES;
const inVitest = VITEST.filter((suite) => isWanted(suite) && !isLeftOut(suite));

const isInterrupted = () => interrupted !== null;

/** Two runs of Vitest at once would overwrite each other's file of durations. */
async function runAllOfVitest() {
  const results = await runLane(
    [inVitest, isWanted(POSTGRESQL) ? [POSTGRESQL] : []]
      .filter((suites) => suites.length > 0)
      .map((suites) => ({ suites, run: () => runVitest(suites) })),
    { isInterrupted, write: (text) => process.stderr.write(text) },
  );
  held?.release();
  return results;
}

/** Most tests of either kind wait for servers and browsers half of the time, so both kinds run at once. */
const runOthers = () =>
  runLane(
    [
      { suites: ["types"], run: async () => [await runCheck("types")] },
      { suites: ["lint"], run: async () => [await runCheck("lint")] },
      { suites: ["e2e"], run: async () => [await runEndToEnd(hasBrowser)] },
    ].filter(({ suites }) => suites.every(isWanted)),
    { isInterrupted, write: (text) => (held ?? process.stderr).write(text) },
  );

if (inVitest.length > 0 || isWanted(POSTGRESQL)) held = new HeldOutput(process.stdout);
const results = (await Promise.all([runAllOfVitest(), runOthers()])).flat();
if (interrupted !== null) process.exit(interrupted);
if (isWanted("engines") && missing.length > 0) noteMissingEngines(results);
results.sort((one, other) => SUITES.indexOf(one.suite) - SUITES.indexOf(other.suite));

process.stdout.write(`\n${toTable(results)}\n\n${totalLine(results)}\n`);
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
