import { describe, expect, it } from "vitest";
import { countPlaywright, countVitest, toTable, totalLine } from "../../results.mjs";

const file = (name: string, statuses: string[], status: "passed" | "failed" = "passed") => ({
  name: `/project/tests/${name}`,
  status,
  startTime: 1000,
  endTime: 3000,
  assertionResults: statuses.map((it) => ({ status: it })),
});
const run = { suites: ["unit", "integration"], ok: true, testsFolder: "/project/tests" };

describe("countVitest", () => {
  it("counts a file in the suite whose folder it is in", () => {
    const testResults = [
      file("unit/a.test.ts", ["passed", "passed", "skipped"]),
      file("unit/b.test.ts", ["passed", "failed"], "failed"),
      file("integration/c.test.ts", ["passed"]),
    ];
    expect(countVitest({ testResults }, run)).toEqual([
      { suite: "unit", passed: 3, failed: 1, skipped: 1, durationMs: 4000 },
      { suite: "integration", passed: 1, failed: 0, skipped: 0, durationMs: 2000 },
    ]);
  });

  it("counts a file that can't be loaded as a failure", () => {
    const testResults = [file("unit/a.test.ts", [], "failed"), file("integration/c.test.ts", ["passed"])];
    expect(countVitest({ testResults }, run)[0]).toMatchObject({ passed: 0, failed: 1 });
  });

  it("counts a suite without tests or without a report as a failure", () => {
    const testResults = [file("unit/a.test.ts", ["passed"])];
    expect(countVitest({ testResults }, run)[1]).toMatchObject({ failed: 1, note: "no test ran" });
    expect(countVitest(null, { ...run, ok: false }).map(({ failed }) => failed)).toEqual([1, 1]);
  });

  it("counts an error outside of tests as a failure", () => {
    const testResults = [file("unit/a.test.ts", ["passed"]), file("integration/c.test.ts", ["passed"])];
    const results = countVitest({ testResults }, { ...run, ok: false });
    expect(results.map(({ failed }) => failed)).toEqual([1, 0]);
  });
});

describe("countPlaywright", () => {
  const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 1 };

  it.each([
    ["passed and skipped tests", stats, true, { passed: 3, failed: 0, skipped: 1 }],
    ["a flaky test as a failure", { ...stats, flaky: 1 }, true, { passed: 3, failed: 1 }],
    ["failures", { ...stats, unexpected: 2 }, false, { passed: 3, failed: 2 }],
    ["an error outside of tests as a failure", stats, false, { passed: 3, failed: 1 }],
    ["a run without tests as a failure", { ...stats, expected: 0 }, true, { passed: 0, failed: 1 }],
  ])("counts %s", (_, counted, ok, expected) => {
    expect(countPlaywright({ stats: counted }, { ok })).toMatchObject(expected);
  });

  it("counts a missing report as a failure", () => {
    expect(countPlaywright(null, { ok: false })).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe("toTable and totalLine", () => {
  it("align the suites, and add up what passed and failed", () => {
    const results = [
      { suite: "types", passed: 1, failed: 0, skipped: 0, durationMs: 1234 },
      { suite: "unit", passed: 120, failed: 2, skipped: 1, durationMs: 10_000, note: "why" },
    ];
    expect(toTable(results).split("\n")).toEqual([
      "suite  passed  failed  skipped    time",
      "types       1       0        0   1.2 s",
      "unit      120       2        1  10.0 s  why",
    ]);
    expect(totalLine(results)).toBe("121 passed, 2 failed");
  });
});
