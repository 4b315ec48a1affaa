import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digest, isUpToDate, removeBrowserMaps, runStep } from "../../../app/setup/build.mjs";

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

  it.each([
    ["changed", () => write("app/deep/b.ts", "3")],
    ["added", () => write("app/c.ts", "")],
    ["removed", () => rmSync(join(root, "app/a.ts"))],
    ["that was absent", () => write("absent", "")],
  ])("changes with a file %s", (_, change) => {
    const before = now();
    change();
    expect(now()).not.toBe(before);
  });

  it("changes when contents move from one file to the next", () => {
    const before = now();
    write("app/a.ts", "");
    write("app/deep/b.ts", "12");
    expect(now()).not.toBe(before);
  });

  it("ignores output among the sources, and files elsewhere", () => {
    write("app/storage/rows.ts", "");
    const before = now();
    write("app/storage/generated/sqlite/client.ts", "generated");
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

  it("leaves a step up to date until its key changes or its result is gone", async () => {
    expect(isUpToDate(root, step("1"))).toBe(false);
    await runStep(root, step("1"));
    expect(isUpToDate(root, step("1"))).toBe(true);
    expect(isUpToDate(root, step("2"))).toBe(false);
    rmSync(join(root, "build/out.js"));
    expect(isUpToDate(root, step("1"))).toBe(false);
  });

  it("leaves a step that fails out of date, even after an older run", async () => {
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

describe("removeBrowserMaps", () => {
  it("removes the maps of public/build and the comments that name them, and leaves the server's map", () => {
    write("public/build/root-A.js", "const a = 1;\n//# sourceMappingURL=/build/root-A.js.map\n");
    write("public/build/root-A.js.map", "{}");
    write("public/build/_assets/a.css", "a{}\n/*# sourceMappingURL=/build/_assets/a.css.map */\n\n");
    write("public/build/_assets/a.css.map", "{}");
    write("public/build/plain.js", 'const text = "//# sourceMappingURL=x";\nconst b = 2;\n');
    write("build/index.js.map", "{}");
    removeBrowserMaps(root);
    const read = (file: string) => readFileSync(join(root, file), "utf8");
    expect(read("public/build/root-A.js")).toBe("const a = 1;\n");
    expect(read("public/build/_assets/a.css")).toBe("a{}\n");
    expect(read("public/build/plain.js")).toContain("const b = 2;");
    expect(existsSync(join(root, "public/build/root-A.js.map"))).toBe(false);
    expect(existsSync(join(root, "public/build/_assets/a.css.map"))).toBe(false);
    expect(existsSync(join(root, "build/index.js.map"))).toBe(true);
  });
});
