// @ts-check
// The launcher: npm scripts run this file with a task. It needs nothing but Node to begin with.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { billOfMaterials } from "./bill-of-materials.mjs";
import { bundle } from "./build.mjs";
import { npmCommand } from "./install.mjs";
import { LaunchError, runInForeground } from "./run-process.mjs";
import { collectorCommand, PRELOAD, serverCommand } from "./server-command.mjs";
import { ensureReady, invalidateTarget, TARGETS } from "./setup.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const OLDEST_NODE = /** @type {const} */ ([20, 19]);

const SERVER = serverCommand();

/** Filled by app/cli/demo. */
const DEMO_DATABASE = "data/demo.db";

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const tasks = {
  async start() {
    await ensureReady(root, { targets: TARGETS, development: false });
    return runInForeground([process.execPath, ...SERVER], {
      root,
      env: { NODE_ENV: process.env.NODE_ENV || "production" },
      tied: true,
    });
  },

  async collector() {
    await ensureReady(root, { targets: ["tracker", "writer", "collector"], development: false });
    return runInForeground([process.execPath, ...collectorCommand()], {
      root,
      env: { NODE_ENV: process.env.NODE_ENV || "production" },
      tied: true,
    });
  },

  async demo(args) {
    await ensureReady(root, { targets: TARGETS, development: false });
    const filled = await runInForeground([process.execPath, ...PRELOAD, "build/cli.js", "demo", ...args], {
      root,
    });
    if (filled !== 0 || args.includes("--help") || args.includes("-h")) return filled;
    return runInForeground([process.execPath, ...SERVER], {
      root,
      env: {
        NODE_ENV: process.env.NODE_ENV || "production",
        DEMO: "true",
        // A folder may be called anything: of a URL, `?` would end the path and `%` encode something.
        DATABASE_URL: `file:${path.join(root, DEMO_DATABASE).replace(/[%?]/g, encodeURIComponent)}`,
        // The cockpit's own pages would mix with the sample data.
        MEASURE_COCKPIT: "false",
      },
      tied: true,
    });
  },

  async dev() {
    await ensureReady(root, { targets: ["tracker", "faro", "commandLine", "writer"], development: true });
    // `remix dev` overwrites the application's build with its own.
    invalidateTarget(root, "application");
    // Remix splits the command at spaces.
    const server = [process.execPath, ...SERVER].map((part) => part.replaceAll(" ", "\\ ")).join(" ");
    return runInForeground(
      [process.execPath, "node_modules/@remix-run/dev/dist/cli.js", "dev", "-c", server],
      { root, env: { NODE_ENV: "development" } },
    );
  },

  async build() {
    await ensureReady(root, { targets: TARGETS, development: true });
    return 0;
  },

  // The code that type checks and editors need, and no build.
  async generate() {
    await ensureReady(root, { targets: [], development: true });
    return 0;
  },

  async test(args) {
    await ensureReady(root, { targets: TARGETS, development: true });
    return runInForeground([process.execPath, "tests/run.mjs", ...args], { root });
  },

  async sbom() {
    process.stdout.write(billOfMaterials(root, npmCommand()));
    return 0;
  },

  fuzz: (args) => runLong("fuzz", { VITEST_FUZZ_REQUESTS: args[0] ?? "200000", VITEST_FUZZ_SEED: args[1] }),
  torture: (args) =>
    runLong("torture", { VITEST_TORTURE_ROUNDS: args[0] ?? "50", VITEST_TORTURE_SEED: args[1] }),

  bench: (args) => runBench("tests/bench/main.ts", "build/bench.js", args),
  "bench:statistics": (args) => runBench("tests/bench/statistics/main.ts", "build/bench-statistics.js", args),
};

/**
 * Runs the long form of a test.
 * @param {string} name of its file in tests/integration
 * @param {Record<string, string | undefined>} env of the test
 */
async function runLong(name, env) {
  await ensureReady(root, { targets: TARGETS, development: true });
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project=integration"];
  return runInForeground([process.execPath, ...vitest, `tests/integration/${name}.test.ts`], { root, env });
}

/**
 * @param {string} entry
 * @param {string} outfile
 * @param {string[]} args
 */
async function runBench(entry, outfile, args) {
  await ensureReady(root, { targets: TARGETS, development: true });
  await bundle(root, entry, outfile);
  // No .env file: figures stay comparable, and no real database is read or written.
  const env = { ENV_FILE: "none" };
  return runInForeground([process.execPath, ...PRELOAD, outfile, ...args], { root, env });
}

/**
 * Every other task is a command of the command line.
 * @param {string} task
 * @param {string[]} args
 */
async function runCommandLine(task, args) {
  await ensureReady(root, { targets: ["commandLine"], development: false });
  return runInForeground([process.execPath, ...PRELOAD, "build/cli.js", task, ...args], { root });
}

async function main() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new LaunchError(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.version}.`);
  }
  const [task, ...args] = process.argv.slice(2);
  if (task === undefined) {
    throw new LaunchError(
      `A task is missing: ${Object.keys(tasks).join(", ")}, import, export, backup, restore, sessions:end, retention:confirm, db:stats, db:vacuum, migrate-store, db:distribute, sample, grafana:dashboards or grafana:check.`,
    );
  }
  const run = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  return run === undefined ? runCommandLine(task, args) : run(args);
}

try {
  process.exitCode = await main();
} catch (error) {
  const message = error instanceof LaunchError ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
