import { ensureBuilt, TARGETS } from "../../../app/setup/setup.mjs";
import { ensureChromium } from "../../chromium.mjs";
import { ensureTextBrowsers } from "../../text-browsers.mjs";
import { projectRoot } from "./project";

/** Builds the application if its build is out of date. */
export default async function globalSetup(): Promise<void> {
  ensureChromium();
  ensureTextBrowsers();
  await ensureBuilt(projectRoot, TARGETS);
}
