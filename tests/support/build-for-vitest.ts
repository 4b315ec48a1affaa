import type { TestProject } from "vitest/node";
import { projectRoot } from "../../app/platform/project-root";
import { ensureBuilt, TARGETS, type Target } from "../../app/setup/setup.mjs";

/** What a project's tests read of the build; all of them import the generated database client. */
const NEEDS: Readonly<Record<string, readonly Target[]>> = {
  unit: [],
  architecture: ["application", "faro"],
  integration: TARGETS,
};

/** Vitest's global set-up: tests run against a build of the sources as they are. A build that is up to date stays. */
export default async function buildForVitest({ name }: TestProject): Promise<void> {
  await ensureBuilt(projectRoot(), NEEDS[name] ?? TARGETS);
}
