import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findWindowlessChromium } from "../../chromium.mjs";
import { type TemporaryFolder, temporaryFolder } from "../../support/temporary-folder";

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Makes programs with these names in one folder; their paths. */
function programs(...names: string[]): string[] {
  const paths = names.map((name) => join(folder.path, name));
  for (const path of paths) writeFileSync(path, "");
  return paths;
}

describe("findWindowlessChromium", () => {
  it("is the Chromium without windows beside the one with them", () => {
    const [browser, windowless] = programs("chromium", "chromium-headless-shell");
    expect(findWindowlessChromium(browser)).toBe(windowless);
  });

  it.each([
    ["where there is no other", ["chromium"]],
    ["where it is not Chromium", ["chrome", "chromium-headless-shell"]],
  ])("is the browser itself %s", (_, names) => {
    const [browser] = programs(...names);
    expect(findWindowlessChromium(browser)).toBe(browser);
  });

  it("is null without a browser", () => {
    expect(findWindowlessChromium(null)).toBeNull();
  });
});
