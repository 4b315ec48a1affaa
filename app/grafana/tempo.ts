import { DAY, HOUR } from "../vitals/time";

/** What a version of Tempo can express and answer. */
export type Tempo = {
  /** Whether TraceQL compares with `nil`: since 2.10. */
  comparesWithNil: boolean;
  /** Whether a search can have the newest traces: since 2.8. Otherwise a limit leaves out any. */
  searchesMostRecent: boolean;
  /** Whether metrics need the processor `local-blocks` of the metrics generator: before 3.0. */
  needsLocalBlocks: boolean;
  /** Longest range of a search, in ms; `null` for no limit. */
  longestSearch: number | null;
  /** Longest range of a metrics query, in ms; `null` for no limit. */
  longestMetrics: number | null;
  /** Spans that ended less than this long ago are not searched, in ms. */
  endCutoff: number;
};

/** Tempo's defaults for `query_frontend.metrics.max_duration`. */
const LONGEST_METRICS = { before3: 3 * HOUR, since3: DAY } as const;

/**
 * @param version such as `2.10.8`
 * @param limits in ms, 0 for none; `null` for the version's default
 */
export function tempo(
  version: string,
  { search, metrics, endCutoff }: { search: number; metrics: number | null; endCutoff: number },
): Tempo {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isSince = (wanted: number, least: number): boolean =>
    major > wanted || (major === wanted && minor >= least);
  const defaultMetrics = isSince(3, 0) ? LONGEST_METRICS.since3 : LONGEST_METRICS.before3;
  return {
    comparesWithNil: isSince(2, 10),
    searchesMostRecent: isSince(2, 8),
    needsLocalBlocks: !isSince(3, 0),
    longestSearch: search || null,
    longestMetrics: metrics === null ? defaultMetrics : metrics || null,
    endCutoff,
  };
}
