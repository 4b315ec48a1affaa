import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root";

let version: string | undefined;

export function cockpitVersion(): string {
  version ??= JSON.parse(readFileSync(join(projectRoot(), "package.json"), "utf8")).version as string;
  return version;
}
