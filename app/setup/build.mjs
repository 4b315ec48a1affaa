// @ts-check
// What is made from the sources: the Prisma clients, the application, the browser script, the command line.
// Each step has a key (a digest of what it is made from) and is done again only when the key has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { LaunchError, runQuietly } from "./run-process.mjs";

/** Where the sources of a build are, from the project's root. */
const SOURCES = [
  "app",
  "prisma",
  "public",
  "package.json",
  "package-lock.json",
  "remix.config.js",
  "tailwind.config.ts",
  "tsconfig.json",
];
/** What is made from sources, though it stands among them. */
const GENERATED = ["app/storage/generated", "public/build", "public/faro"];

/**
 * A digest of names and contents of files and of all that is in folders; what is missing counts as missing.
 * @param {string} root
 * @param {readonly string[]} entries paths from `root`
 */
export function digest(root, entries) {
  const hash = createHash("sha256");
  /** @param {string} entry */
  const add = (entry) => {
    if (GENERATED.includes(entry)) return;
    const file = path.join(root, entry);
    hash.update(`\0${entry}\0`);
    try {
      const content = readFileSync(file);
      hash.update(`${content.byteLength}\0`).update(content);
    } catch (error) {
      const code = /** @type {NodeJS.ErrnoException} */ (error).code;
      if (code === "EISDIR") for (const name of readdirSync(file).sort()) add(`${entry}/${name}`);
      else if (code !== "ENOENT") throw error;
    }
  };
  for (const entry of entries) add(entry);
  return hash.digest("hex");
}

/**
 * One thing that is made: its name, the files without which it isn't there, where its key is kept, and how.
 * @typedef {{ name: string, doing: string, key: string, stamp: string, results: readonly string[], run: () => Promise<void> }} Step
 */

/**
 * @param {string} root
 * @param {Step} step
 */
export function isUpToDate(root, step) {
  if (!step.results.every((result) => existsSync(path.join(root, result)))) return false;
  const stamp = path.join(root, step.stamp);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === step.key;
}

/**
 * Forgets that a step was done, so that the next start does it again.
 * @param {string} root
 * @param {Step} step
 */
export const invalidate = (root, step) => rmSync(path.join(root, step.stamp), { force: true });

/**
 * Does a step; its key is kept only afterwards, and by a rename, so that a killed build counts as none.
 * @param {string} root
 * @param {Step} step
 */
export async function runStep(root, step) {
  invalidate(root, step);
  await step.run();
  const stamp = path.join(root, step.stamp);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(`${stamp}.new`, step.key);
  renameSync(`${stamp}.new`, stamp);
}

/**
 * A bundle that Node runs, with the packages left outside. It stands one folder below the root, as the
 * server's does.
 * @param {string} root
 * @param {string} entry
 * @param {string} outfile
 */
export async function bundle(root, entry, outfile) {
  const { build } = await import("esbuild");
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      sourcemap: true,
      logLevel: "silent",
    });
  } catch (error) {
    throw new LaunchError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Remix's compiler moves what several modules share into files of their own. The islands' module is the only one
 * that pages load, so it gets its share back, and a page needs a request less.
 * @param {string} root
 */
async function joinIslands(root) {
  const { build } = await import("esbuild");
  const folder = path.join(root, "public", "build");
  const entry = readdirSync(folder).find((name) => /^entry\.client-\w+\.js$/.test(name));
  if (entry === undefined) throw new LaunchError(`The build left no entry.client in ${folder}.`);
  await build({
    entryPoints: [path.join(folder, entry)],
    outfile: path.join(folder, entry),
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    logLevel: "silent",
    plugins: [
      {
        name: "public-folder",
        setup: ({ onResolve }) => {
          onResolve({ filter: /^\/build\// }, (found) => ({
            path: path.join(root, "public", found.path),
            sideEffects: false,
          }));
        },
      },
    ],
  });
}

/**
 * The telemetry of pages is none of the islands' module, which every page loads.
 * @param {string} root
 */
async function buildFaro(root) {
  const { build } = await import("esbuild");
  const outdir = path.join(root, "public", "faro");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { faro: path.join(root, "app", "observability", "faro.client.ts") },
    outdir,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2020",
    logLevel: "silent",
  });
}

/**
 * One step for each Prisma schema. They come first: the others bundle what they make.
 * @param {string} root
 * @returns {Step[]}
 */
export function generateSteps(root) {
  const databases = readdirSync(path.join(root, "prisma"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => existsSync(path.join(root, "prisma", name, "schema.prisma")));
  return databases.map((database) => {
    const schema = `prisma/${database}/schema.prisma`;
    return {
      name: `prisma-${database}`,
      doing: `Generating the Prisma client for ${database}`,
      // The manifest of the installed generator holds its version. tsconfig.json decides how it writes imports.
      key: digest(root, [schema, "node_modules/prisma/package.json", "tsconfig.json"]),
      // Among the packages, because a new installation may bring another generator.
      stamp: `node_modules/.cache/vitals-cockpit/prisma-${database}`,
      results: [`app/storage/generated/${database}/client.ts`],
      run: () =>
        runQuietly(
          [
            process.execPath,
            "node_modules/prisma/build/index.js",
            "generate",
            "--schema",
            schema,
            "--no-hints",
          ],
          {
            root,
            // Without this Prisma downloads an engine that it then doesn't use; any program that runs will do.
            env: {
              PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
              CHECKPOINT_DISABLE: "1",
              PRISMA_HIDE_UPDATE_MESSAGE: "1",
            },
          },
        ),
    };
  });
}

/**
 * The steps that make what runs. `remix build` empties public/build only, so what the others write into
 * build/ stays.
 * @param {string} root
 * @returns {{ application: Step, tracker: Step, faro: Step, commandLine: Step }}
 */
export function buildSteps(root) {
  const key = digest(root, SOURCES);
  return {
    application: {
      name: "application",
      doing: "Building the application",
      key,
      stamp: "build/.application",
      results: ["build/index.js", "public/build"],
      run: async () => {
        // `remix dev` leaves a source map here, and remix-serve would read it as that of this build.
        rmSync(path.join(root, "build", "index.js.map"), { force: true });
        await runQuietly([process.execPath, "node_modules/@remix-run/dev/dist/cli.js", "build"], {
          root,
          env: { NODE_ENV: "production" },
        });
        await joinIslands(root);
      },
    },
    tracker: {
      name: "tracker",
      doing: "Building the browser script",
      key,
      stamp: "build/.tracker",
      results: ["build/tracker/vitals.js", "build/tracker/manifest.json"],
      run: async () => {
        // Imported only now, because it needs packages that the set-up may just have installed.
        const { buildTracker } = await import("../tracker/build.mjs");
        await buildTracker({ root });
      },
    },
    faro: {
      name: "faro",
      doing: "Building the telemetry of pages",
      key,
      stamp: "build/.faro",
      results: ["public/faro"],
      run: () => buildFaro(root),
    },
    commandLine: {
      name: "commandLine",
      doing: "Building the command line",
      key,
      stamp: "build/.command-line",
      results: ["build/cli.js"],
      run: () => bundle(root, "app/cli/main.ts", "build/cli.js"),
    },
  };
}
