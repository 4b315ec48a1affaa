import { defineConfig } from "vitest/config";
import { isolateThisProcess } from "./environment.mjs";

// Before any worker is started: they inherit it, and so does every process that a test starts.
isolateThisProcess();

/** `npm test -- unit` and `vitest --project unit` name them. */
const project = (name: string, timeout: number) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.{ts,tsx}`], testTimeout: timeout, hookTimeout: timeout },
});

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    pool: "forks",
    setupFiles: ["./tests/setup.ts"],
    projects: [project("unit", 120_000), project("architecture", 120_000), project("integration", 300_000)],
  },
});
