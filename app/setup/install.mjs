// @ts-check
// Runs `npm ci` when the installed packages are not those of package-lock.json.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LaunchError, runQuietly } from "./run-process.mjs";

/** @typedef {{ version?: string, optional?: boolean, dev?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} LockFile */

/**
 * The packages whose installed version is not the locked one. Compares with npm's own record of the installation
 * (node_modules/.package-lock.json). Optional packages do not count: those of other platforms
 * are never installed.
 * @param {LockFile} locked package-lock.json
 * @param {LockFile | null} installed node_modules/.package-lock.json
 * @param {{ development: boolean }} options whether packages that only development needs count too
 * @returns {string[]} their folders
 */
export function outdatedPackages(locked, installed, { development }) {
  return Object.entries(locked.packages ?? {})
    .filter(([folder, wanted]) => {
      if (folder === "" || wanted.optional || wanted.link) return false;
      if (!development && (wanted.dev || wanted.devOptional)) return false;
      return installed?.packages?.[folder]?.version !== wanted.version;
    })
    .map(([folder]) => folder);
}

/**
 * @param {string} file
 * @returns {LockFile | null}
 */
function readLockFile(file) {
  if (!existsSync(file)) return null;
  return JSON.parse(readFileSync(file, "utf8"));
}

/**
 * @param {string} root
 * @param {{ development: boolean }} options
 */
export function isInstalled(root, options) {
  const locked = readLockFile(path.join(root, "package-lock.json"));
  if (locked === null) throw new LaunchError("package-lock.json is missing; restore it from the repository.");
  const installed = readLockFile(path.join(root, "node_modules", ".package-lock.json"));
  return outdatedPackages(locked, installed, options).length === 0;
}

/**
 * The npm that started this process, else the one on the path.
 * @returns {string[]}
 */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && path.basename(script) === "npm-cli.js") return [process.execPath, script];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/**
 * Installs exactly the packages of package-lock.json, those for development too: the build needs them, even where
 * NODE_ENV=production is set.
 * @param {string} root
 */
export async function install(root) {
  try {
    await runQuietly(
      [...npmCommand(), "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
      {
        root,
        // Prisma's install script would download an engine that nothing here uses (see build.mjs).
        env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
      },
    );
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    throw new LaunchError(
      `${error.message}\nCheck the connection to the npm registry, the free space on the disk and the permission to ` +
        "write to the project's folder; better-sqlite3 also needs a C++ compiler, make and Python where no " +
        "prebuilt binary can be downloaded. Then run the same command again.",
    );
  }
}

const NATIVE_MODULE = "better-sqlite3/build/Release/better_sqlite3.node";

/**
 * Whether the one compiled package loads. After a change of Node's major version it does not.
 *
 * A new process has the last word: once loading has failed in a process, glibc answers later attempts from the failed
 * one, because C++ symbols keep the library open (STB_GNU_UNIQUE), and the file that was rebuilt meanwhile is not read.
 * @param {string} root
 */
export function nativePackagesLoad(root) {
  try {
    createRequire(path.join(root, "package.json"))(NATIVE_MODULE);
    return true;
  } catch {
    const load = `require(${JSON.stringify(NATIVE_MODULE)})`;
    return spawnSync(process.execPath, ["--eval", load], { cwd: root, stdio: "ignore" }).status === 0;
  }
}

/**
 * @param {string} root
 */
export async function rebuildNativePackages(root) {
  await runQuietly([...npmCommand(), "rebuild", "better-sqlite3"], { root });
  if (nativePackagesLoad(root)) return;
  throw new LaunchError(
    "better-sqlite3 can't be loaded, though it was just rebuilt. If npm is set to ignore install scripts, run " +
      '"npm rebuild better-sqlite3 --ignore-scripts=false"; else install a C++ compiler, make and Python, and ' +
      "run the same command again.",
  );
}
