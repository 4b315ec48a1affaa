import { describe, expect, test } from "vitest";
import { type LockFile, outdatedPackages } from "../../../app/setup/install.mjs";

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
  test("nothing is outdated when all but packages of other platforms is there", () => {
    expect(outdatedPackages(locked, installed(), everything)).toEqual([]);
  });

  test("everything is, when nothing is installed", () => {
    expect(outdatedPackages(locked, null, everything)).toHaveLength(4);
  });

  test.each([
    [
      "another version",
      { "node_modules/a/node_modules/b": { version: "2.0.1" } },
      "node_modules/a/node_modules/b",
    ],
    ["a missing package", { "node_modules/a": null }, "node_modules/a"],
    ["a missing tool", { "node_modules/tool": null }, "node_modules/tool"],
    ["a missing tool that something else may use", { "node_modules/both": null }, "node_modules/both"],
  ])("%s is outdated", (_, changes, folder) => {
    expect(outdatedPackages(locked, installed(changes), everything)).toEqual([folder]);
  });

  test("tools are not asked for where nothing is built", () => {
    const slim = installed({ "node_modules/tool": null, "node_modules/both": null });
    expect(outdatedPackages(locked, slim, { development: false })).toEqual([]);
  });
});
