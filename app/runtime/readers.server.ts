import { monotonic, now } from "../platform/clock.server";
import { singleton } from "../platform/singleton.server";
import type { CockpitQuery } from "../query/cockpit-query";
import { type ComparisonReaders, createComparisonReaders } from "../query/comparison/readers.server";
import { PageContext } from "../query/page-context.server";
import { createSummaryReader, type SummaryReader } from "../query/summaries/summary-reader.server";
import { SECOND } from "../vitals/time";
import { database } from "./database.server";
import { retention } from "./retention.server";

/** Cache of summaries: thirty days of a large site under several filters. */
const SUMMARY_CACHE_BYTES = 64 * 1024 * 1024;

/** Cache of merged summaries, for comparisons. */
const MERGED_CACHE_BYTES = 32 * 1024 * 1024;

/** Cache of decoded sketches, for comparisons: a day of two releases of a large site. */
const DECODED_CACHE_BYTES = 96 * 1024 * 1024;

/** Cached results of comparisons; each serves every metric and sort order of a page. */
const RESULT_CACHE_ENTRIES = 4;

/**
 * While beacons arrive, comparisons are computed again for a tenth of the time at most, however many people look. The
 * figures of the view are those of now.
 */
const REFRESH = { share: 0.1, longest: 10 * SECOND, monotonic } as const;

/** This process's reader of the summaries. */
export const summaryReader = (): SummaryReader =>
  singleton("summary-reader", () => createSummaryReader(database().read, SUMMARY_CACHE_BYTES));

/** This process's readers for comparisons. */
export const comparisonReaders = (): ComparisonReaders =>
  singleton("comparison-readers", () =>
    createComparisonReaders(database().read, summaryReader(), {
      merged: MERGED_CACHE_BYTES,
      decoded: DECODED_CACHE_BYTES,
      results: RESULT_CACHE_ENTRIES,
      refresh: REFRESH,
    }),
  );

/** The queries of a request, with this process's readers, as of now. */
export const pageContext = (query: CockpitQuery): PageContext =>
  new PageContext(query, {
    read: database().read,
    summaries: summaryReader(),
    comparison: comparisonReaders(),
    retention: retention(),
    now: now(),
  });
