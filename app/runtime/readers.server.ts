import { largestSources } from "../ingest/sources/largest-sources";
import { monotonic, now } from "../platform/clock.server";
import { singleton } from "../platform/singleton.server";
import type { CockpitQuery } from "../query/cockpit-query";
import { READER_LIMITS, REFRESH } from "../query/comparison/reader-limits";
import { type ComparisonReaders, createComparisonReaders } from "../query/comparison/readers.server";
import { PageContext, type PageSources } from "../query/page-context.server";
import { createReleaseMemory } from "../query/releases/release-memory";
import { createSummaryReader, type SummaryReader } from "../query/summaries/summary-reader.server";
import { createViewMemory } from "../query/view/view-memory";
import { database } from "./database.server";
import { grafana } from "./observability.server";
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

/** What this process remembers of views and of the timeline. */
const pageMemory = (): NonNullable<PageSources["memory"]> =>
  singleton("page-memory", () => ({
    view: createViewMemory(READER_LIMITS.view),
    releases: createReleaseMemory(),
  }));

/** The queries of a request, with this process's readers, as of now. */
export const pageContext = (query: CockpitQuery): PageContext =>
  new PageContext(query, {
    read: database().read,
    summaries: summaryReader(),
    comparison: comparisonReaders(),
    memory: pageMemory(),
    isWaited: grafana() !== null,
    retention: retention(),
    largestSources: (filter) => largestSources(sourceCounts(), filter),
    now: now(),
  });
