import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { brokenPromises, promisesOf } from "./promises";

const root = join(import.meta.dirname, "..", "..");
const contentOf = (file: string): string | null =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : null;

describe("docs/security.md", () => {
  it("names for each promise a figure and a test that exists", () => {
    const promises = promisesOf(contentOf("docs/security.md") ?? "");
    expect(promises.length).toBeGreaterThan(20);
    expect(brokenPromises(promises, contentOf)).toEqual([]);
  });
});

describe("brokenPromises", () => {
  const table = (figure: string, test: string): string =>
    `## Promises\n\n| Promise | Figure | Test |\n|---|---|---|\n| It holds. | ${figure} | ${test} |\n`;
  const files: Record<string, string> = {
    "tests/a.test.ts": 'it("holds", () => {});\nit.each([1])("holds for %j", () => {});',
  };
  const faultsOf = (text: string): string[] =>
    brokenPromises(promisesOf(text), (file) => files[file] ?? null);

  it.each([
    ["1", "`tests/a.test.ts`: holds"],
    ["any", "`tests/a.test.ts`: holds for %j"],
  ])("accepts the figure %s with %s", (figure, test) => {
    expect(faultsOf(table(figure, test))).toEqual([]);
  });

  it.each([
    ["1", "`tests/b.test.ts`: holds", "tests/b.test.ts does not exist"],
    ["1", "`tests/a.test.ts`: breaks", "tests/a.test.ts has no test “breaks”"],
    ["1", "tests/a.test.ts", "names no test"],
    ["", "`tests/a.test.ts`: holds", "has no figure"],
  ])("reports the figure %j with %s", (figure, test, fault) => {
    expect(faultsOf(table(figure, test))).toEqual([`It holds.: ${fault}`]);
  });
});
