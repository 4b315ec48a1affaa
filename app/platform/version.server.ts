import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root";

let known: string | undefined;

/** The cockpit's own version, as package.json has it. */
export function cockpitVersion(): string {
  known ??= JSON.parse(readFileSync(join(projectRoot(), "package.json"), "utf8")).version as string;
  return known;
}
