import type { Statements } from "../storage/statements.server";
import { FoldMemory } from "./fold-memory.server";
import { Pace } from "./pace";

/** What the batches of a process have in common: how large their slices are, and what is known of the summaries. */
export type FoldSession = { pace: Pace; memory: FoldMemory };

/** @param read the statements of the database that is folded */
export const newFoldSession = (read: Statements): FoldSession => ({
  pace: new Pace(read.engine),
  memory: new FoldMemory(read),
});
