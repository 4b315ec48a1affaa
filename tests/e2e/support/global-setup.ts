import { buildTracker } from "../../../app/tracker/build.mjs";
import { projectRoot } from "./project";

/** What the pages under test load must be made from the sources that are tested. */
export default async function globalSetup(): Promise<void> {
  await buildTracker({ root: projectRoot });
}
