import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type LockFile, nativePackagesLoad, outdatedPackages } from "../../../app/setup/install.mjs";
import { temporaryFolder } from "../../support/temporary-folder";

const locked = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/a/node_modules/b": { version: "2.0.0" },
    "node_modules/tool": { version: "3.0.0", dev: true },
    "node_modules/both": { version: "4.0.0", devOptional: true },
    "node_modules/other-platform": { version: "5.0.0", optional: true },
  },
};
const installed = (changes: Record<string, { version: string } | null> = {}): LockFile => {
  const all = { ...locked.packages, "node_modules/other-platform": null, ...changes };
  return {
    packages: Object.fromEntries(Object.entries(all).flatMap(([at, it]) => (it === null ? [] : [[at, it]]))),
  };
};
const everything = { development: true };

describe("outdatedPackages", () => {
  it("ignores packages of other platforms", () => {
    expect(outdatedPackages(locked, installed(), everything)).toEqual([]);
  });

  it("returns every package when nothing is installed", () => {
    expect(outdatedPackages(locked, null, everything)).toHaveLength(4);
  });

  it.each([
    [
      "another version",
      { "node_modules/a/node_modules/b": { version: "2.0.1" } },
      "node_modules/a/node_modules/b",
    ],
    ["a missing package", { "node_modules/a": null }, "node_modules/a"],
    ["a missing tool", { "node_modules/tool": null }, "node_modules/tool"],
    ["a missing tool that something else may use", { "node_modules/both": null }, "node_modules/both"],
  ])("returns %s", (_, changes, folder) => {
    expect(outdatedPackages(locked, installed(changes), everything)).toEqual([folder]);
  });

  it("ignores development packages without a build", () => {
    const slim = installed({ "node_modules/tool": null, "node_modules/both": null });
    expect(outdatedPackages(locked, slim, { development: false })).toEqual([]);
  });
});

describe("nativePackagesLoad", () => {
  it("returns false for a file that this Node can't load, and true after a rebuild", () => {
    const folder = temporaryFolder();
    const release = join(folder.path, "node_modules", "better-sqlite3", "build", "Release");
    mkdirSync(release, { recursive: true });
    const file = join(release, "better_sqlite3.node");
    expect(nativePackagesLoad(folder.path)).toBe(false);
    writeFileSync(file, "not a library");
    expect(nativePackagesLoad(folder.path)).toBe(false);
    copyFileSync(
      createRequire(import.meta.url).resolve("better-sqlite3/build/Release/better_sqlite3.node"),
      file,
    );
    expect(nativePackagesLoad(folder.path)).toBe(true);
    folder.remove();
  });
});
