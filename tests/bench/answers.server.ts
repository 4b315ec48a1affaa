import { monotonic } from "../../app/platform/clock.server";
import { vitalsJson } from "../../app/presenters/api/vitals-json";
import type { CockpitQuery } from "../../app/query/cockpit-query";
import { queryComparison } from "../../app/query/comparison/comparison.server";
import { withCurrentRelease } from "../../app/query/comparison/current-release-query";
import { READER_LIMITS, REFRESH } from "../../app/query/comparison/reader-limits";
import { type ComparisonReaders, createComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRoutes, queryView } from "../../app/query/view/view.server";
import type { Database } from "../../app/storage/database.server";
import { RETENTION } from "./read.server";

/** Readers of the application's size, with empty caches. */
export const coldReaders = (database: Database): ComparisonReaders =>
  createComparisonReaders(
    database.read,
    createSummaryReader(database.read, READER_LIMITS.summaries),
    READER_LIMITS,
  );

/** The same, whose results are reused for a while though their parts were written again. */
export const refreshedReaders = (database: Database): ComparisonReaders =>
  createComparisonReaders(database.read, createSummaryReader(database.read, READER_LIMITS.summaries), {
    ...READER_LIMITS,
    refresh: { ...REFRESH, monotonic },
  });

/** Computes a response like the loader of the JSON endpoint. */
export async function answer(
  database: Database,
  readers: ComparisonReaders,
  requested: CockpitQuery,
  at: number,
): Promise<string> {
  const releases = await queryReleases(database.read, RETENTION.hourly, at);
  const query = withCurrentRelease(requested, releases, RETENTION, at);
  const view = await queryView(readers.units, query, RETENTION, at);
  const routes = await queryRoutes(readers.units, query, RETENTION, at);
  const context = { releases, retention: RETENTION, now: at };
  const comparison = query.compare === null ? null : await queryComparison(readers, query, context, view);
  const input = { query, ignored: [], view, routes, comparison, now: at };
  return JSON.stringify(vitalsJson({ ...input, releases: releases.releases }));
}

/** CPU time of this process during some work, in ms: unlike its duration, it does not depend on what else runs. */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
