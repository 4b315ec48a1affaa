import { largestSources } from "../ingest/sources/largest-sources";
import { monotonic, now } from "../platform/clock.server";
import { singleton } from "../platform/singleton.server";
import type { CockpitQuery } from "../query/cockpit-query";
import { READER_LIMITS, REFRESH } from "../query/comparison/reader-limits";
import { type ComparisonReaders, createComparisonReaders } from "../query/comparison/readers.server";
import { PageContext } from "../query/page-context.server";
import { createSummaryReader, type SummaryReader } from "../query/summaries/summary-reader.server";
import { database } from "./database.server";
import { retention } from "./retention.server";
import { sourceCounts } from "./sources.server";

/** This process's reader of the summaries. */
export const summaryReader = (): SummaryReader =>
  singleton("summary-reader", () => createSummaryReader(database().read, READER_LIMITS.summaries));

/** This process's readers for comparisons. */
export const comparisonReaders = (): ComparisonReaders =>
  singleton("comparison-readers", () =>
    createComparisonReaders(database().read, summaryReader(), {
      ...READER_LIMITS,
      refresh: { ...REFRESH, monotonic },
    }),
  );

/** The queries of a request, with this process's readers, as of now. */
export const pageContext = (query: CockpitQuery): PageContext =>
  new PageContext(query, {
    read: database().read,
    summaries: summaryReader(),
    comparison: comparisonReaders(),
    retention: retention(),
    largestSources: (filter) => largestSources(sourceCounts(), filter),
    now: now(),
  });
