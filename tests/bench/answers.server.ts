import { monotonic } from "../../app/platform/clock.server";
import { vitalsJson } from "../../app/presenters/api/vitals-json";
import type { CockpitQuery } from "../../app/query/cockpit-query";
import { queryComparison } from "../../app/query/comparison/comparison.server";
import { withCurrentRelease } from "../../app/query/comparison/current-release-query";
import { type ComparisonReaders, createComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRoutes, queryView } from "../../app/query/view/view.server";
import type { Database } from "../../app/storage/database.server";
import { SECOND } from "../../app/vitals/time";
import { RETENTION } from "./read.server";

/** Cache sizes of the application's readers: bytes, and a number of results. */
const CACHES = { units: 64 * 1024 * 1024, merged: 32 * 1024 * 1024, decoded: 96 * 1024 * 1024, results: 4 };

/** The application's. */
const REFRESH = { share: 0.1, longest: SECOND, monotonic };

/** Readers of the application's size, with empty caches. */
export const coldReaders = (database: Database): ComparisonReaders =>
  createComparisonReaders(database.read, createSummaryReader(database.read, CACHES.units), CACHES);

/** The same, whose results are reused for a while though their parts were written again. */
export const refreshedReaders = (database: Database): ComparisonReaders =>
  createComparisonReaders(database.read, createSummaryReader(database.read, CACHES.units), {
    ...CACHES,
    refresh: REFRESH,
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
