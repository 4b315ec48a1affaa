import type {
  ComparedSources,
  ComparisonResult,
  SideSources,
} from "../../query/comparison/comparison-result";
import type { Metric } from "../../vitals/metrics";
import { sourceLines } from "../sources/source-text";
import { bySignificance, type SourcesJson, sourcesJson } from "../sources/sources";

/** The largest sources behind both sides of a verdict; `null` where this process knows none. */
export type GateSourcesJson = { current: SourcesJson; baseline: SourcesJson } | null;

/** A sentence for each large source of a metric that the gate judges. */
export function gateSourceLines(
  sources: ComparedSources | null,
  result: ComparisonResult,
  metrics: readonly Metric[],
): string[] {
  if (sources === null || result.status !== "compared") return [];
  const linesOf = (build: string, { sources: known, total }: SideSources): string[] => {
    const judged = bySignificance(known?.largest ?? []).filter(({ metric }) => metrics.includes(metric));
    const label = judged[0]?.isUnusual === true ? "One source dominates" : "Largest source of";
    return sourceLines(judged, total).map((line) => `${label} ${build}: ${line}`);
  };
  return [...linesOf(result.current, sources.current), ...linesOf(result.baseline, sources.baseline)];
}

/** The same for programs. */
export const gateSourcesJson = (sources: ComparedSources | null): GateSourcesJson =>
  sources === null
    ? null
    : {
        current: sourcesJson(sources.current.sources, sources.current.total),
        baseline: sourcesJson(sources.baseline.sources, sources.baseline.total),
      };
