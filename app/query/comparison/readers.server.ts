import type { Statements } from "../../storage/statements.server";
import type { RouteFindings } from "./findings";
import { createGroupDecoder, type GroupDecoder } from "../summaries/sketch-decoder";
import { createMergedReader, type MergedReader } from "../summaries/merged-reader.server";
import { createResultMemory, type ResultMemory } from "../summaries/result-cache";
import type { UnitReader } from "../summaries/summary-reader.server";

/** What a comparison reads with, and remembers by. */
export type ComparisonReaders = {
  units: UnitReader;
  merged: MergedReader;
  decode: GroupDecoder;
  /** What was found of all routes. */
  remember: ResultMemory<RouteFindings>;
};

/** What may be remembered: bytes of what was merged and decoded, and results. */
export type ComparisonMemory = { merged: number; decoded: number; results: number };

/** Readers for comparisons beside a reader of units. */
export const createComparisonReaders = (
  on: Statements,
  units: UnitReader,
  memory: ComparisonMemory,
): ComparisonReaders => ({
  units,
  merged: createMergedReader(on, units, memory.merged),
  decode: createGroupDecoder(memory.decoded),
  remember: createResultMemory(memory.results),
});
