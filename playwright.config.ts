import { defineConfig } from "@playwright/test";
import { launchOptions } from "./tests/e2e/support/chromium";
import { isolateThisProcess } from "./tests/environment.mjs";

// A worker reads this file too, after Playwright has set variables of its own.
if (process.env.TEST_WORKER_INDEX === undefined) isolateThisProcess();

export default defineConfig({
  testDir: "./tests/e2e",
  testMatch: "*.spec.ts",
  outputDir: "./node_modules/.cache/playwright",
  globalSetup: "./tests/e2e/support/global-setup.ts",
  reporter: "list",
  // Tests look at timings: more browsers than this at once would measure each other.
  workers: 2,
  fullyParallel: true,
  retries: 0,
  // They end tests that hang, and check no speed: the machine may be busy.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    browserName: "chromium",
    launchOptions: launchOptions(),
  },
});
