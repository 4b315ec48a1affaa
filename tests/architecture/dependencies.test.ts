import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { productionBill } from "../../app/setup/bill-of-materials.mjs";

const root = join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

type Names = Record<string, string>;
const manifest: { dependencies: Names; devDependencies: Names; allowScripts: Record<string, boolean> } =
  JSON.parse(read("package.json"));
const lock: { packages: Record<string, { hasInstallScript?: boolean }> } = JSON.parse(
  read("package-lock.json"),
);

/** The rows of the first table below a heading: package, and the other cells. */
function rowsBelow(document: string, heading: string): string[][] {
  const [, section = ""] = document.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return own
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.slice(2, -2).split(" | "));
}

const nameOf = ([name = ""]: string[]): string => name.replaceAll("`", "");

describe("docs/dependencies.md", () => {
  const document = read("docs/dependencies.md");

  it.each([
    ["Production", manifest.dependencies],
    ["Development", manifest.devDependencies],
  ])("has a line for each package of %s, in their order", (heading, packages) => {
    const rows = rowsBelow(document, heading);
    expect(rows.map(nameOf)).toEqual(Object.keys(packages));
    expect(rows.filter(([, purpose = ""]) => purpose.length < 5)).toEqual([]);
  });

  it("has each package with an install script, as package.json decides", () => {
    const decided = Object.fromEntries(
      rowsBelow(document, "Install scripts").map((row) => [nameOf(row), row[1] === "yes"]),
    );
    expect(decided).toEqual(manifest.allowScripts);
    const withScript = Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([folder]) => folder.replace(/^.*node_modules\//, ""));
    expect([...new Set(withScript)].sort()).toEqual(Object.keys(decided).sort());
  });
});

describe("productionBill", () => {
  it("has what production needs, and nothing else", () => {
    const bill = {
      metadata: { component: { "bom-ref": "app@1" } },
      components: ["a@1", "b@1", "c@1", "d@1"].map((ref) => ({ "bom-ref": ref })),
      dependencies: [
        { ref: "app@1", dependsOn: ["a@1", "c@1"] },
        { ref: "c@1", dependsOn: ["b@1"] },
      ],
    };
    const packages = {
      "": { name: "app", version: "1" },
      "node_modules/a": { version: "1" },
      "node_modules/a/node_modules/b": { version: "1" },
      "node_modules/c": { version: "1", dev: true },
      "node_modules/d": { version: "1", devOptional: true },
    };
    const { components, dependencies } = productionBill(bill, { packages });
    expect(components.map((one) => one["bom-ref"])).toEqual(["a@1", "b@1"]);
    expect(dependencies).toEqual([{ ref: "app@1", dependsOn: ["a@1"] }]);
  });
});
