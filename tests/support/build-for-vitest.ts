import type { TestProject } from "vitest/node";
import { projectRoot } from "../../app/platform/project-root";
import { ensureBuilt, TARGETS, type Target } from "../../app/setup/setup.mjs";

/** Build targets that a project's tests read; all projects import the generated database client. */
const NEEDS: Readonly<Record<string, readonly Target[]>> = {
  unit: [],
  architecture: ["application", "faro"],
  integration: TARGETS,
  postgresql: TARGETS,
};

/** Vitest's global set-up: builds the targets that are out of date. */
export default async function buildForVitest({ name }: TestProject): Promise<void> {
  await ensureBuilt(projectRoot(), NEEDS[name] ?? TARGETS);
}
