import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { digest, isUpToDate, runStep } from "../../../app/setup/build.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "vitals-build-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

describe("digest", () => {
  const now = () => digest(root, ["app", "package.json", "absent"]);

  beforeEach(() => {
    write("app/a.ts", "1");
    write("app/deep/b.ts", "2");
    write("package.json", "{}");
  });

  test.each([
    ["changed", () => write("app/deep/b.ts", "3")],
    ["added", () => write("app/c.ts", "")],
    ["removed", () => rmSync(join(root, "app/a.ts"))],
    ["that was absent", () => write("absent", "")],
  ])("tells of a file %s", (_, change) => {
    const before = now();
    change();
    expect(now()).not.toBe(before);
  });

  test("tells of contents that moved from one file to the next", () => {
    const before = now();
    write("app/a.ts", "");
    write("app/deep/b.ts", "12");
    expect(now()).not.toBe(before);
  });

  test("does not count what is made from sources, nor what is elsewhere", () => {
    write("app/storage/rows.ts", "");
    const before = now();
    write("app/storage/generated/sqlite/client.ts", "made");
    write("README.md", "");
    expect(now()).toBe(before);
  });
});

describe("runStep", () => {
  const step = (key: string, work: () => void = () => write("build/out.js", key)) => ({
    name: "out",
    doing: "Building out",
    key,
    stamp: "build/.out",
    results: ["build/out.js"],
    run: async () => work(),
  });

  test("a step is made until its key changes or its result is gone", async () => {
    expect(isUpToDate(root, step("1"))).toBe(false);
    await runStep(root, step("1"));
    expect(isUpToDate(root, step("1"))).toBe(true);
    expect(isUpToDate(root, step("2"))).toBe(false);
    rmSync(join(root, "build/out.js"));
    expect(isUpToDate(root, step("1"))).toBe(false);
  });

  test("a step that fails was not made, even where an older one was", async () => {
    await runStep(root, step("1"));
    const failing = step("2", () => {
      throw new Error("broken");
    });
    await expect(runStep(root, failing)).rejects.toThrow("broken");
    expect(existsSync(join(root, "build/out.js"))).toBe(true);
    expect(isUpToDate(root, step("1"))).toBe(false);
    expect(isUpToDate(root, step("2"))).toBe(false);
  });
});
