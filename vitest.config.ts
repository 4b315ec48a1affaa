import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { isolateThisProcess } from "./tests/environment.mjs";

// Before any worker is started: they inherit it, and so does every process that a test starts.
isolateThisProcess();

/** `npm test -- unit` and `vitest --project unit` name them. The set-up builds what a project needs. */
const project = (name: string, timeout: number, { isolate = true } = {}) => ({
  extends: true as const,
  test: {
    name,
    isolate,
    include: [`tests/${name}/**/*.test.{ts,tsx}`],
    globalSetup: ["./tests/support/build-for-vitest.ts"],
    testTimeout: timeout,
    hookTimeout: timeout,
  },
});

/** Files of tests/integration whose tests run on PostgreSQL, too: those of what is stored and read. */
const STORAGE_SUITE = [
  "attribution",
  "cardinality-limits",
  "compared-trend",
  "fold",
  "fold-histories",
  "import",
  "merged-reader",
  "queries",
  "recent-sketches",
  "retention",
  "retention-hold",
  "route-notations",
  "script",
  "select-pending",
  "sessions",
  "statements",
  "stored-reports",
  "summary-reader",
  "traffic",
  "view-memory",
  "vouched-names",
];

export default defineConfig({
  test: {
    pool: "forks",
    // Vitest leaves a processor free: of two, it would use one. Many tests wait for servers, disks and the clock.
    maxWorkers: Math.max(3, availableParallelism()),
    setupFiles: ["./tests/setup.ts"],
    // Its default, a second, is short on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    // Files of a project without isolation share a process: what one replaces, the next would get.
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    projects: [
      // A process for each of two hundred files, which loads the same modules again, costs as much as their tests.
      project("unit", 120_000, { isolate: false }),
      project("architecture", 120_000, { isolate: false }),
      // Two tests that kill processes take two minutes on two cores beside other work, and five on a third of them.
      project("integration", 1_200_000),
      project("engines", 300_000),
      {
        extends: true as const,
        test: {
          name: "postgresql",
          include: [
            "tests/postgresql/**/*.test.ts",
            ...STORAGE_SUITE.map((name) => `tests/integration/${name}.test.ts`),
          ],
          globalSetup: ["./tests/support/build-for-vitest.ts", "./tests/support/postgresql/for-vitest.ts"],
          // All files use the one database that it names.
          ...(process.env.TEST_DATABASE_URL !== undefined && { fileParallelism: false }),
          // A statement on distributed tables costs up to 200 ms. On a third of two cores, a test takes three minutes.
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
