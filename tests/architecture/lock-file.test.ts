import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

type Locked = { version?: string; dependencies?: Names; optionalDependencies?: Names; resolved?: string };
type Names = Record<string, string>;
type LockFile = { packages: Record<string, Locked> };

/** `node_modules/a/node_modules/@b/c` is inside `node_modules/a`. */
const parentOf = (folder: string): string => folder.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, "");

/** Whether Node, from a package in `folder`, would find `name`. */
function isFound(lock: LockFile, folder: string, name: string): boolean {
  const inside = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
  return lock.packages[inside] !== undefined || (folder !== "" && isFound(lock, parentOf(folder), name));
}

/** Packages that another one wants, but the lock file does not have. */
function missingPackages(lock: LockFile): string[] {
  const missing = Object.entries(lock.packages).flatMap(([folder, { dependencies, optionalDependencies }]) =>
    Object.entries({ ...dependencies, ...optionalDependencies })
      .filter(([name]) => !isFound(lock, folder, name))
      .map(([name, version]) => `${name}@${version}, for ${folder}`),
  );
  return [...new Set(missing)];
}

const lock: LockFile = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "package-lock.json"), "utf8"),
);

// `npm ci` refuses a lock file without the packages of other platforms. npm writes such a one without a
// word, when the registry that it asks doesn't have them.
test("package-lock.json has the packages of every platform", () => {
  expect(missingPackages(lock)).toEqual([]);
});

test("package-lock.json names no registry", () => {
  const named = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined);
  expect(named).toEqual([]);
});

test("a missing package is found", () => {
  const packages = {
    "": { dependencies: { a: "1" } },
    "node_modules/a": { optionalDependencies: { "@a/linux": "1", "@a/windows": "1" } },
    "node_modules/a/node_modules/@a/linux": { dependencies: { b: "1" } },
    "node_modules/b": {},
  };
  expect(missingPackages({ packages })).toEqual(["@a/windows@1, for node_modules/a"]);
});
