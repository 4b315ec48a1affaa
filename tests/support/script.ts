import type { Database } from "../../app/storage/database.server";
import type { PendingPart } from "../../app/storage/pending";
import { runMarking } from "../../app/storage/pending-measurements.server";
import { Script, type ScriptResult } from "../../app/storage/script";

/** Runs the steps that `build` adds, all or none. */
export async function runScript(
  database: Pick<Database, "read" | "script">,
  build: (script: Script) => void,
): Promise<ScriptResult> {
  const script = new Script(database.read.engine);
  build(script);
  return database.script("background", "test", script);
}

/** Marks what was read, as the fold does. */
export const markFolded = (
  database: Pick<Database, "read" | "script">,
  ...parts: PendingPart[]
): Promise<ScriptResult> => runMarking(database, "repeatable", "test", parts, (_script, mark) => mark());
