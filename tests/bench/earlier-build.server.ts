import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { testEnvironment } from "../environment.mjs";
import type { Workplace } from "./workplace.server";

/** The version that speed-ups of reads are compared with. */
export const EARLIER = "d868828";

const run = promisify(execFile);

/** Builds without stamps, which would stand in the packages that both versions share. */
const BUILD = `
import { buildSteps, bundle, generateSteps } from "./app/platform/build.mjs";
const root = process.cwd();
for (const step of [...generateSteps(root), ...Object.values(buildSteps(root))]) await step.make();
await bundle(root, "fill.ts", "build/fill.js");
`;

/** Its own code writes its own schema. */
const FILL = `
import { LARGE_SITE } from "./tests/bench/fixture.server";
import { makeLongSite } from "./tests/bench/site.server";
const [, , file = "", at] = process.argv;
await makeLongSite(file, Number(at), LARGE_SITE);
`;

const PRELOAD = ["--enable-source-maps", "--import", "./app/platform/preload.mjs"];

/** The earlier version, built in a folder of its own. */
export type EarlierBuild = {
  root: string;
  /** Node's arguments that start its server. */
  command: (imports: readonly string[]) => string[];
  /** Creates a database with the summaries of a large site until `at`, for windows of up to 90 days. */
  createSite: (file: string, at: number) => Promise<void>;
};

/**
 * Builds the earlier version from the repository's history, with the packages of this version.
 * @throws Error when this clone does not have the commit, or a step of its build fails
 */
export async function buildEarlier(workplace: Workplace): Promise<EarlierBuild> {
  await run("git", ["cat-file", "-e", `${EARLIER}^{commit}`], { cwd: workplace.root }).catch((cause) => {
    throw new Error(
      `The version to compare with is commit ${EARLIER}, which this clone does not have. ` +
        'In a shallow clone, "git fetch --unshallow" brings it.',
      { cause },
    );
  });
  const root = workplace.file("earlier");
  const archive = workplace.file("earlier.tar");
  mkdirSync(root);
  await run("git", ["archive", "--output", archive, EARLIER], { cwd: workplace.root });
  await run("tar", ["-xf", archive, "-C", root]);
  symlinkSync(join(workplace.root, "node_modules"), join(root, "node_modules"), "dir");
  writeFileSync(join(root, "fill.ts"), FILL);
  writeFileSync(join(root, "build-earlier.mjs"), BUILD);
  const node = (args: readonly string[]) =>
    run(process.execPath, [...args], {
      cwd: root,
      env: { ...testEnvironment(process.env), NODE_ENV: "production" },
    });
  await node(["build-earlier.mjs"]);
  return {
    root,
    command: (imports) => [
      "--max-http-header-size=65536",
      ...PRELOAD,
      ...imports.flatMap((module) => ["--import", module]),
      "node_modules/@remix-run/serve/dist/cli.js",
      "build/index.js",
    ],
    createSite: async (file, at) => {
      await node([...PRELOAD, "build/fill.js", file, String(at)]);
    },
  };
}
