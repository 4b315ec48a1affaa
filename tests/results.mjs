// @ts-check
// Adds up the runners' JSON reports.
import path from "node:path";

/** @typedef {{ passed: number, failed: number, skipped: number, note?: string }} Counts */
/** @typedef {Counts & { suite: string, durationMs: number }} Result */
/**
 * @typedef {object} VitestFile
 * @property {string} name the test file
 * @property {"passed" | "failed"} status
 * @property {number} startTime ms
 * @property {number} endTime ms
 * @property {{ status: string }[]} assertionResults
 */

/**
 * A suite without a single test has failed: its tests were not found, or could not be loaded.
 * @template {Counts} T
 * @param {T} counts
 * @returns {T}
 */
const unlessEmpty = (counts) =>
  counts.passed + counts.failed > 0 ? counts : { ...counts, failed: 1, note: counts.note ?? "no test ran" };

/**
 * @param {VitestFile[]} files
 * @returns {Counts & { durationMs: number }}
 */
function countFiles(files) {
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter(({ status }) => status === "passed").length;
  const failed = tests.filter(({ status }) => status === "failed").length;
  // A file that could not be loaded, or whose hooks failed, is a failure without a test of its own.
  const broken = files.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  ).length;
  return {
    passed,
    failed: failed + broken,
    skipped: tests.length - passed - failed,
    durationMs: files.reduce((sum, file) => sum + Math.max(0, file.endTime - file.startTime), 0),
  };
}

/**
 * Vitest's JSON report by suite; a file belongs to the suite whose folder it is in, and to the only suite of a run.
 * @param {{ testResults: VitestFile[] } | null} report null when there is none
 * @param {{ suites: readonly string[], ok: boolean, testsFolder: string }} run
 * @returns {Result[]}
 */
export function countVitest(report, { suites, ok, testsFolder }) {
  const results = suites.map((suite) => {
    const folder = path.join(testsFolder, suite) + path.sep;
    const isOwn = (/** @type {VitestFile} */ { name }) =>
      suites.length === 1 || path.normalize(name).startsWith(folder);
    const files = report?.testResults.filter(isOwn) ?? [];
    return unlessEmpty({ suite, ...countFiles(files) });
  });
  if (ok || results.some(({ failed }) => failed > 0)) return results;
  return results.map((result, i) =>
    i === 0 ? { ...result, failed: 1, note: "an error outside of tests" } : result,
  );
}

/**
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } } | null} report
 *   Playwright's JSON report; null when there is none
 * @param {{ ok: boolean }} run
 * @returns {Counts}
 */
export function countPlaywright(report, { ok }) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {};
  const counts = unlessEmpty({ passed: expected, failed: unexpected + flaky, skipped });
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1, note: "an error outside of tests" };
}

/**
 * @param {readonly Result[]} results
 * @returns {string}
 */
export function toTable(results) {
  const rows = results.map(({ suite, passed, failed, skipped, durationMs, note = "" }) => [
    suite,
    String(passed),
    String(failed),
    String(skipped),
    `${(durationMs / 1000).toFixed(1)} s`,
    note,
  ]);
  const lines = [["suite", "passed", "failed", "skipped", "time", ""], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * @param {readonly Result[]} results
 * @returns {string} for the last line, which other programs read
 */
export function totalLine(results) {
  const sum = (/** @type {"passed" | "failed"} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  return `${sum("passed")} passed, ${sum("failed")} failed`;
}
