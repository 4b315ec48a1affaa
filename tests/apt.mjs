// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/** @param {string} program */
export const isInstalled = (program) =>
  ["/usr/bin", "/usr/sbin", ...(process.env.PATH ?? "").split(path.delimiter)].some((folder) =>
    existsSync(path.join(folder, program)),
  );

/** Whether this process has brought the lists of packages up to date. */
let isUpdated = false;

/**
 * Installs Debian packages where this process may.
 * @param {readonly string[]} packages
 * @returns {boolean} whether they are installed now
 */
export function installWithApt(packages) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  process.stderr.write(`Installing ${packages.join(", ")} with apt-get …\n`);
  isUpdated ||= aptGet("update");
  return isUpdated && aptGet("install", "-y", "--no-remove", "--no-install-recommends", ...packages);
}

/** @param {string[]} args */
function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-q", ...args], { stdio: ["ignore", 2, 2], env }).status === 0;
}
