import { describe, expect, it } from "vitest";
import { LaunchError } from "../../../app/setup/run-process.mjs";
import { runLane } from "../../lane.mjs";

const passing = (suite: string) => ({
  suites: [suite],
  run: async () => [{ suite, passed: 3, failed: 0, skipped: 0, durationMs: 10 }],
});
const failing = (suites: string[], error: unknown) => ({ suites, run: () => Promise.reject(error) });

function lane(parts: Parameters<typeof runLane>[0], isInterrupted = () => false) {
  const written: unknown[] = [];
  const results = runLane(parts, { isInterrupted, write: (text) => written.push(text) });
  return results.then((all) => ({ written: written.join(""), results: all }));
}

describe("runLane", () => {
  it.each([
    [
      "a program that can't be started",
      new LaunchError("node can't be started: EAGAIN."),
      /^node can't be started: EAGAIN\.\n$/,
    ],
    ["a report that can't be read", new SyntaxError("Unexpected end"), /^SyntaxError: Unexpected end\n +at /],
  ])("counts %s as a failure of each of its suites, and runs the rest", async (_, error, text) => {
    const parts = [passing("types"), failing(["unit", "integration"], error), passing("e2e")];
    const { written, results } = await lane(parts);
    expect(written).toMatch(text);
    expect(results.map(({ suite, passed, failed }) => [suite, passed, failed])).toEqual([
      ["types", 3, 0],
      ["unit", 0, 1],
      ["integration", 0, 1],
      ["e2e", 3, 0],
    ]);
  });

  it("starts nothing after an interruption", async () => {
    const asked = [false, true];
    const { results } = await lane([passing("types"), passing("lint")], () => asked.shift() ?? true);
    expect(results.map(({ suite }) => suite)).toEqual(["types"]);
  });
});
