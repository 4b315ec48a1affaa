// @ts-check
// A lane of `npm test`: suites that run one after the other, beside those of another lane.
import { LaunchError } from "../app/setup/run-process.mjs";

/** @typedef {import("./results.mjs").Result} Result */
/**
 * @typedef {object} Part one program, with the suites that it runs
 * @property {readonly string[]} suites
 * @property {() => Promise<Result[]>} run
 */

/**
 * Runs the parts of a lane. A part whose program can't be started, or whose report can't be read, has failed in each of
 * its suites; the parts after it run all the same, and so does the other lane.
 * @param {readonly Part[]} parts
 * @param {{ isInterrupted: () => boolean, write: (text: string) => unknown }} options `write` gets the errors
 * @returns {Promise<Result[]>} of all parts, or of those before an interruption; it never rejects
 */
export async function runLane(parts, { isInterrupted, write }) {
  /** @type {Result[]} */
  const results = [];
  for (const { suites, run } of parts) {
    if (isInterrupted()) break;
    try {
      results.push(...(await run()));
    } catch (error) {
      const text =
        error instanceof LaunchError ? error.message : error instanceof Error ? error.stack : error;
      write(`${text}\n`);
      const counts = {
        passed: 0,
        failed: 1,
        skipped: 0,
        durationMs: 0,
        note: "an error of the runner (see above)",
      };
      results.push(...suites.map((suite) => ({ suite, ...counts })));
    }
  }
  return results;
}
