import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../app/platform/project-root";
import { testEnvironment } from "../../environment.mjs";
import type { Exported } from "./ledger";

const run = promisify(execFile);

/** The stored measurements of a database, by the product's own export. */
export async function exportedMeasurements(databasePath: string): Promise<Exported[]> {
  const root = projectRoot();
  const { stdout } = await run(process.execPath, [join(root, "build", "cli.js"), "export"], {
    cwd: root,
    env: { ...testEnvironment(process.env), DATABASE_URL: `file:${databasePath}`, NODE_ENV: "production" },
    maxBuffer: 1_000_000_000,
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
