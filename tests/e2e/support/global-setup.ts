import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt, TARGETS } from "../../../app/setup/setup.mjs";
import { ensureChromium } from "../../chromium.mjs";
import { ensureTextBrowsers } from "../../text-browsers.mjs";
import { FOLDER_VARIABLE } from "./filled-database";
import { projectRoot } from "./project";

/** Builds the application if its build is out of date, and makes a folder for what workers share. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  ensureChromium();
  ensureTextBrowsers();
  await ensureBuilt(projectRoot, TARGETS);
  const folder = await mkdtemp(join(tmpdir(), "vitals-cockpit-filled-"));
  // Workers inherit it.
  process.env[FOLDER_VARIABLE] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
