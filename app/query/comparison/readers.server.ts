import type { GridPoint } from "../../stats/comparison/joint/noise-grid";
import type { Statements } from "../../storage/statements.server";
import { createMergedReader, type MergedReader } from "../summaries/merged-reader.server";
import { createResultCache, type Refresh, type ResultCache } from "../summaries/result-cache";
import { createSketchDecoder, type SketchDecoder } from "../summaries/sketch-decoder";
import type { SummaryReader } from "../summaries/summary-reader.server";
import type { MetricSketches } from "../view/view-result";
import type { ComparedTrend, Traffic } from "./comparison-result";
import type { RouteFindings } from "./findings";
import type { SiteModel } from "./site-model";

/** What a comparison reads with, and remembers by. */
export type ComparisonReaders = {
  units: SummaryReader;
  merged: MergedReader;
  decode: SketchDecoder;
  /** The changes of all routes. */
  remember: ResultCache<RouteFindings>;
  /** The site-wide models of pairs of releases, and the noise of a metric that they share. */
  rememberModel: ResultCache<SiteModel>;
  rememberNoise: ResultCache<readonly GridPoint[]>;
  /** All of a baseline, as it is. */
  rememberBaseline: ResultCache<MetricSketches>;
  /** The trend of both releases over the compared hours. */
  rememberTrend: ResultCache<ComparedTrend | null>;
  /** The samples of both releases in all navigation classes. */
  rememberTraffic: ResultCache<Traffic>;
};

/** What may be remembered: bytes of what was merged and decoded, results, and how often they are computed again. */
export type ComparisonMemory = { merged: number; decoded: number; results: number; refresh?: Refresh };

/** Models of a page of releases, at their last look and now, with some to spare: about 100 kB each. */
const MODELS = 64;

/** Noises of five metrics in the weeks of a page of releases, a few hundred bytes each. */
const NOISES = 128;

/** Readers for comparisons beside a reader of units. */
export const createComparisonReaders = (
  on: Statements,
  units: SummaryReader,
  memory: ComparisonMemory,
): ComparisonReaders => ({
  units,
  merged: createMergedReader(on, units, memory.merged),
  decode: createSketchDecoder(memory.decoded),
  remember: createResultCache(memory.results, memory.refresh),
  rememberModel: createResultCache(MODELS, memory.refresh),
  rememberNoise: createResultCache(NOISES),
  rememberBaseline: createResultCache(MODELS, memory.refresh),
  rememberTrend: createResultCache(memory.results, memory.refresh),
  rememberTraffic: createResultCache(memory.results, memory.refresh),
});
