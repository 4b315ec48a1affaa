import type { Statements } from "../../storage/statements.server";
import { createMergedReader, type MergedReader } from "../summaries/merged-reader.server";
import { createResultCache, type ResultCache } from "../summaries/result-cache";
import { createSketchDecoder, type SketchDecoder } from "../summaries/sketch-decoder";
import type { SummaryReader } from "../summaries/summary-reader.server";
import type { RouteFindings } from "./findings";

/** What a comparison reads with, and remembers by. */
export type ComparisonReaders = {
  units: SummaryReader;
  merged: MergedReader;
  decode: SketchDecoder;
  /** What was found of all routes. */
  remember: ResultCache<RouteFindings>;
};

/** What may be remembered: bytes of what was merged and decoded, and results. */
export type ComparisonMemory = { merged: number; decoded: number; results: number };

/** Readers for comparisons beside a reader of units. */
export const createComparisonReaders = (
  on: Statements,
  units: SummaryReader,
  memory: ComparisonMemory,
): ComparisonReaders => ({
  units,
  merged: createMergedReader(on, units, memory.merged),
  decode: createSketchDecoder(memory.decoded),
  remember: createResultCache(memory.results),
});
