import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mapFrames } from "../../../app/profiling/profile-format";
import { sourceMapper } from "../../../app/profiling/source-maps.server";
import { type TemporaryFolder, temporaryFolder } from "../../support/temporary-folder";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = temporaryFolder();
  writeFileSync(join(folder.path, "first.ts"), "export const first = (): number => 1;\n");
  const source =
    'import { first } from "./first";\n\n\nexport function second(): number {\n  return first();\n}\n';
  writeFileSync(join(folder.path, "second.ts"), source);
  await build({
    absWorkingDir: folder.path,
    entryPoints: ["second.ts"],
    outfile: "build/index.js",
    bundle: true,
    format: "esm",
    sourcemap: true,
  });
});
afterEach(() => folder.remove());

/** The frame of a function in the bundle, as V8 names it. */
function frameOf(name: string) {
  const file = join(folder.path, "build", "index.js");
  const lines = readFileSync(file, "utf8").split("\n");
  const lineNumber = lines.findIndex(
    (line) => line.includes(`function ${name}(`) || line.includes(`var ${name} =`),
  );
  const columnNumber = (lines[lineNumber] ?? "").indexOf("(");
  return {
    functionName: name,
    scriptId: "1",
    url: `${pathToFileURL(file)}?t=12345`,
    lineNumber,
    columnNumber,
  };
}

const profileOf = (frames: Array<ReturnType<typeof frameOf>>) => ({
  nodes: frames.map((callFrame, i) => ({ id: i + 1, callFrame })),
  samples: [],
  timeDeltas: [],
  startTime: 0,
  endTime: 1,
});

describe("sourceMapper", () => {
  it("maps frames of a bundle to their files and lines, without the query", () => {
    const profile = profileOf([frameOf("first"), frameOf("second")]);
    mapFrames(
      profile,
      sourceMapper(() => true),
    );
    expect(profile.nodes.map(({ callFrame: { url, lineNumber } }) => [url, lineNumber])).toEqual([
      [pathToFileURL(join(folder.path, "first.ts")).href, 0],
      [pathToFileURL(join(folder.path, "second.ts")).href, 3],
    ]);
  });

  it("leaves frames alone that are not of a compiled file, or have no map, but for the query", () => {
    const frame = frameOf("second");
    const url = frame.url.replace(/\?.*/, "");
    const mapper = sourceMapper((path) => !path.endsWith("index.js"));
    const profile = profileOf([
      frame,
      { ...frame, url: "file:///no/such/file.js?t=1" },
      { ...frame, url: "", lineNumber: -1 },
      { ...frame, url: "node:fs" },
    ]);
    mapFrames(profile, mapper);
    expect(profile.nodes.map(({ callFrame }) => callFrame.url)).toEqual([
      url,
      "file:///no/such/file.js",
      "",
      "node:fs",
    ]);
  });

  it("leaves frames alone where the map is broken", () => {
    writeFileSync(join(folder.path, "build", "index.js.map"), "{");
    const profile = profileOf([frameOf("second")]);
    mapFrames(
      profile,
      sourceMapper(() => true),
    );
    expect(profile.nodes[0]?.callFrame.url).toMatch(/build\/index\.js$/);
  });
});
