// @ts-check
// A bill of materials (CycloneDX) of what runs in production, from package-lock.json alone.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

/** @typedef {{ "bom-ref": string }} Component */
/** @typedef {{ ref: string, dependsOn: string[] }} Dependency */
/** @typedef {{ metadata: { component: Component }, components: Component[], dependencies: Dependency[] }} Bill */
/** @typedef {{ packages: Record<string, { version?: string, name?: string, dev?: boolean, devOptional?: boolean }> }} LockFile */

/**
 * A bill without the packages that only development needs. `npm sbom --omit=dev` also leaves out packages of production
 * that a package of development depends on (npm 11.19).
 * @template {Bill} T
 * @param {T} bill of all packages
 * @param {LockFile} lock package-lock.json
 * @returns {T}
 */
export function productionBill(bill, lock) {
  const needed = new Set(
    Object.entries(lock.packages)
      .filter(([, { dev, devOptional }]) => !dev && !devOptional)
      .map(([folder, { name, version }]) => `${name ?? folder.replace(/^.*node_modules\//, "")}@${version}`),
  );
  const isNeeded = (/** @type {string} */ ref) => needed.has(ref);
  return {
    ...bill,
    components: bill.components.filter((component) => isNeeded(component["bom-ref"])),
    dependencies: bill.dependencies
      .filter(({ ref }) => isNeeded(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isNeeded) })),
  };
}

/**
 * The bill of materials as text. Needs neither the network nor installed packages.
 * @param {string} root
 * @param {readonly string[]} npm the command of npm
 */
export function billOfMaterials(root, npm) {
  const [command = "npm", ...args] = npm;
  const options = ["sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--offline"];
  // Lists of a thousand packages are larger than the default limit.
  const text = execFileSync(command, [...args, ...options], { cwd: root, maxBuffer: 100_000_000 });
  const lock = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  return `${JSON.stringify(productionBill(JSON.parse(text.toString()), lock), null, 2)}\n`;
}
