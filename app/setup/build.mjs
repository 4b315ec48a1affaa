// @ts-check
// The build steps: Prisma clients, application, browser script, telemetry of pages, command line, profiling routes, writer thread,
// collector. Each
// step has a key, the digest of its sources, and runs again only when the key has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { LaunchError, runQuietly } from "./run-process.mjs";

/** The sources of a build, from the project's root. */
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
/** Output that stands among the sources. */
const GENERATED = ["app/storage/generated", "public/build", "public/faro"];

/**
 * A digest of the names and contents of files and folders; a missing entry has a digest of its own.
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
 * A build step. `results` are the files it writes, `stamp` is the file that holds the key of its last run.
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
 * Removes a step's stamp, so that the next start runs it again.
 * @param {string} root
 * @param {Step} step
 */
export const invalidate = (root, step) => rmSync(path.join(root, step.stamp), { force: true });

/**
 * Runs a step. Its key is written afterwards, by a rename, so a build that is killed counts as none.
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
 * Bundles a program for Node; packages stay outside. `outfile` is one folder below the root, as the server's bundle.
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
 * Joins the islands' module with the chunks it imports. Remix's compiler splits shared code into chunks, but pages
 * load this module alone, so a chunk would cost a request more.
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
 * Removes the source maps of what browsers load: they contain the sources. `remix build` writes either all maps or none,
 * and the server's one is needed: it gives profiles and stack traces the names of files.
 * @param {string} root
 */
export function removeBrowserMaps(root) {
  const folder = path.join(root, "public", "build");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = path.join(folder, name);
    if (name.endsWith(".map")) rmSync(file);
    else if (/\.(?:js|css)$/.test(name)) {
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace(/\n?\/[/*]# sourceMappingURL=\S+(?: \*\/)?\s*$/, "\n"));
    }
  }
}

/**
 * Builds the telemetry of pages as a file of its own: pages load it only where FARO_URL is set.
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
 * One step for each Prisma schema. They run first, because the other steps bundle the generated clients.
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
      // The generator's package.json holds its version; tsconfig.json decides how it writes imports.
      key: digest(root, [schema, "node_modules/prisma/package.json", "tsconfig.json"]),
      // In node_modules, because a new installation may bring another generator.
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
            // Otherwise Prisma downloads a schema engine that it does not use; any program that runs will do.
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
 * The steps of the build. `remix build` empties public/build only, so the other steps' files in build/ stay.
 * @param {string} root
 * @returns {{ application: Step, tracker: Step, faro: Step, commandLine: Step, profiling: Step, writer: Step, collector: Step }}
 */
export function buildSteps(root) {
  const key = digest(root, SOURCES);
  /**
   * @param {string} name
   * @param {string} what
   * @param {string} entry
   * @param {string} file name of the program in `build`
   * @returns {Step}
   */
  const program = (name, what, entry, file) => ({
    name,
    doing: `Building ${what}`,
    key,
    stamp: `build/.${file}`,
    results: [`build/${file}.js`],
    run: () => bundle(root, entry, `build/${file}.js`),
  });
  return {
    application: {
      name: "application",
      doing: "Building the application",
      key,
      stamp: "build/.application",
      results: ["build/index.js", "build/index.js.map", "public/build"],
      run: async () => {
        const remix = "node_modules/@remix-run/dev/dist/cli.js";
        await runQuietly([process.execPath, remix, "build", "--sourcemap"], {
          root,
          env: { NODE_ENV: "production" },
        });
        removeBrowserMaps(root);
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
        // A late import: it needs packages that the set-up may just have installed.
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
    commandLine: program("commandLine", "the command line", "app/cli/main.ts", "cli"),
    profiling: program(
      "profiling",
      "the profiling routes for other services",
      "app/profiling/mount.server.ts",
      "profiling",
    ),
    writer: program("writer", "the writer thread", "app/storage/sqlite/writer-worker.server.ts", "writer"),
    collector: program("collector", "the collector", "app/collector/main.server.ts", "collector"),
  };
}
