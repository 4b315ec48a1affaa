import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAME = "vitals-cockpit";

function isProject(folder: string): boolean {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return false;
  try {
    const { name } = JSON.parse(readFileSync(file, "utf8")) as { name?: unknown };
    return name === NAME;
  } catch {
    return false;
  }
}

/**
 * The absolute path of the project's folder: the nearest folder at or above `from` with this project's package.json. Works
 * from source files and from any bundle.
 * @param from a file URL, by default of this module
 * @throws Error without such a folder
 */
export function projectRoot(from: string = import.meta.url): string {
  const start = dirname(fileURLToPath(from));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isProject(folder)) return folder;
    if (folder === dirname(folder)) {
      throw new Error(`No package.json named "${NAME}" at or above ${start}; run it from a full checkout.`);
    }
  }
}
