// @ts-check
// Are the packages there that package-lock.json asks for? If not, `npm ci`.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LaunchError, runQuietly } from "./run-process.mjs";

/** @typedef {{ version?: string, optional?: boolean, dev?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} LockFile */

/**
 * The packages whose installed version is not the locked one. npm's own record of what it installed
 * (node_modules/.package-lock.json) is what is compared, so that it doesn't matter who ran `npm ci`.
 * Optional packages are left out: those of other platforms are never installed.
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
 * npm as this process was started by, else the one on the path.
 * @returns {string[]}
 */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && path.basename(script) === "npm-cli.js") return [process.execPath, script];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/**
 * Installs exactly what package-lock.json says. The packages that only development needs are asked for by
 * name: NODE_ENV=production may be set, and the build needs them.
 * @param {string} root
 */
export async function install(root) {
  try {
    await runQuietly(
      [...npmCommand(), "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
      {
        root,
        // Prisma's engine would be downloaded by its install script, and nothing here uses it (see build.mjs).
        env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
      },
    );
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    throw new LaunchError(
      `${error.message}\nCheck that the npm registry can be reached, that the disk is not full and that the ` +
        "project's folder can be written; better-sqlite3 also needs a C++ compiler, make and Python where no " +
        "prebuilt binary can be downloaded. Then run the same command again.",
    );
  }
}

/**
 * Whether the one compiled package loads. After a change of Node's version it doesn't: it was built for another.
 * @param {string} root
 */
export function nativePackagesLoad(root) {
  try {
    createRequire(path.join(root, "package.json"))("better-sqlite3/build/Release/better_sqlite3.node");
    return true;
  } catch {
    return false;
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
