import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export const PROJECT_ROOT = join(import.meta.dirname, "..", "..");

const FOLDER = join(PROJECT_ROOT, "node_modules", ".cache", "vitals-cockpit", "tests");

/**
 * Bundles TypeScript to a program for another process, for tests with several processes or a killed one.
 * @param code imports from the project as `app/…`
 * @returns the path of the program
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
