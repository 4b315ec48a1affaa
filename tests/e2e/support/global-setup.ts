import { ensureBuilt, TARGETS } from "../../../app/setup/setup.mjs";
import { ensureChromium } from "../../chromium.mjs";
import { projectRoot } from "./project";

/** Tests run against a build of the sources as they are. A build that is up to date stays. */
export default async function globalSetup(): Promise<void> {
  ensureChromium();
  await ensureBuilt(projectRoot, TARGETS);
}
