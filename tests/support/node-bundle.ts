import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export const PROJECT_ROOT = join(import.meta.dirname, "..", "..");

/** Programs of tests; inside the project, so that they find its packages. */
const FOLDER = join(PROJECT_ROOT, "node_modules", ".cache", "vitals-cockpit", "tests");

/**
 * Makes a program of TypeScript that a process of its own can run: tests of several processes, or of one that
 * is killed.
 * @param code imports from the project as `app/…`
 * @returns its file
 */
export async function nodeProgram(name: string, code: string): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const outfile = join(FOLDER, `${name}-${process.pid}.mjs`);
  await build({
    stdin: { contents: code.replaceAll('"app/', '"./app/'), resolveDir: PROJECT_ROOT, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
    outfile,
  });
  return outfile;
}
