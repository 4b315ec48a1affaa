import { z } from "zod";
import { OTHER } from "../vitals/measurement";
import type { Metric } from "../vitals/metrics";
import type { Release } from "../vitals/release";
import { allDays, closedDays } from "./build-totals";
import { integer, json, parseJson, rowOf, text } from "./row-schema";
import type { Script } from "./script";
import { type Sql, sql } from "./sql";
import type { Statements } from "./statements.server";
import { storableName } from "./storable-name";

/** Measurements by library and major version. */
const libraries = json(z.record(z.string(), z.int()));

const releaseRow = rowOf({
  build_version: text,
  first_seen_at: integer.nullable(),
  last_seen_at: integer.nullable(),
  announced_at: integer.nullable(),
  link: text.nullable(),
  libraries,
  vouched_at: integer.nullable(),
});

const ms = (value: number | bigint | null): number | null => (value === null ? null : Number(value));

/** All releases, the last seen first. */
export async function selectReleases(on: Statements): Promise<Release[]> {
  const rows = await on.query(
    "selectReleases",
    releaseRow,
    sql`SELECT build_version, first_seen_at, last_seen_at, announced_at, link, libraries, vouched_at
      FROM releases
      ORDER BY last_seen_at DESC NULLS LAST, build_version`,
  );
  return rows.map((row) => ({
    buildVersion: row.build_version,
    firstSeenAt: ms(row.first_seen_at),
    lastSeenAt: ms(row.last_seen_at),
    announcedAt: ms(row.announced_at),
    link: row.link,
    libraries: parseJson(row.libraries),
    vouchedAt: ms(row.vouched_at),
  }));
}

/** Adds to a release what one batch of the fold saw of it; times in ms. */
export type ReleaseActivity = {
  buildVersion: string;
  firstAt: number;
  lastAt: number;
  /** Measurements by library and major version. */
  libraries: Record<string, number>;
};

/** Libraries counted per release: senders can forge any number. */
const MAX_LIBRARIES = 20;

/** Measurements by library and major version, by build. */
export type BuildLibraries = Map<string, ReadonlyMap<string, number>>;

/** The libraries of those of `builds` that are releases. */
export async function selectLibraries(on: Statements, builds: readonly string[]): Promise<BuildLibraries> {
  if (builds.length === 0) return new Map();
  const rows = await on.query(
    "selectLibraries",
    rowOf({ build_version: text, libraries }),
    on.engine.releases.selectLibraries(builds),
  );
  return new Map(rows.map((row) => [row.build_version, new Map(Object.entries(parseJson(row.libraries)))]));
}

/** The libraries of the builds of some activity, with it. */
export function addLibraries(before: BuildLibraries, activity: readonly ReleaseActivity[]): BuildLibraries {
  const added = activity.map(({ buildVersion, libraries }) => {
    const sum = new Map(before.get(buildVersion));
    for (const [library, n] of Object.entries(libraries)) {
      const name = sum.has(library) || sum.size < MAX_LIBRARIES - 1 ? library : OTHER;
      sum.set(name, (sum.get(name) ?? 0) + n);
    }
    return [buildVersion, sum] as const;
  });
  return new Map(added);
}

/**
 * Adds activity to releases, and creates new ones with `admitted_at` 0: only imports bring those, and they must not
 * use up the new builds that beacons may bring in a day.
 * @param libraries see `addLibraries`
 */
export function recordReleaseActivity(
  script: Script,
  activity: readonly ReleaseActivity[],
  libraries: BuildLibraries,
): void {
  if (activity.length === 0) return;
  const rows = activity.map(({ buildVersion, firstAt, lastAt }) => {
    const sorted = [...(libraries.get(buildVersion) ?? [])].sort();
    return [buildVersion, firstAt, lastAt, JSON.stringify(Object.fromEntries(sorted))] as const;
  });
  script.execute("recordReleaseActivity", script.engine.releases.recordActivity(rows));
}

/** Announces a deploy, or replaces an earlier announcement of the same build. */
export async function announceRelease(
  on: Statements,
  release: { buildVersion: string; announcedAt: number; link: string | null },
  at: number,
): Promise<void> {
  await on.execute(
    "announceRelease",
    sql`INSERT INTO releases (build_version, admitted_at, announced_at, link)
      VALUES (${storableName(on.engine, release.buildVersion)}, ${at}, ${release.announcedAt}, ${release.link})
      ON CONFLICT (build_version) DO UPDATE SET announced_at = excluded.announced_at, link = excluded.link`,
  );
}

/** Samples of people (no bots) of one build and metric in one hour (hours since the epoch). */
export type ReleaseTraffic = { hour: number; buildVersion: string; metric: Metric; samples: number };

export function addReleaseTraffic(script: Script, traffic: readonly ReleaseTraffic[]): void {
  if (traffic.length === 0) return;
  const rows = traffic.map((t) => [t.hour, t.buildVersion, t.metric, t.samples] as const);
  script.execute("addReleaseTraffic", script.engine.releases.addTraffic(rows));
}

/** Hour, build version and page views. */
const hourOfBuild = z.tuple([z.int(), z.string(), z.int()]);

const hoursRow = rowOf({ hours: json(z.array(hourOfBuild)) });

/** Page views (the largest n among the metrics) by hour and build, from hour `from` on. */
export async function selectReleaseHours(
  on: Statements,
  from: number,
): Promise<Array<{ hour: number; buildVersion: string; pageViews: number }>> {
  const [row] = await on.query("selectReleaseHours", hoursRow, on.engine.releases.selectHours(from));
  const hours = row === undefined ? [] : parseJson(row.hours);
  return hours.map(([hour, buildVersion, pageViews]) => ({ hour, buildVersion, pageViews }));
}

/** A subquery: the samples of a build in some days. The closed ones come first: they are few rows of an index. */
const samplesIn = (days: (columns: Sql, condition: Sql) => Sql): Sql =>
  sql`(SELECT coalesce(sum(samples), 0)
    FROM (${days(sql`totals.samples`, sql`totals.build_version = releases.build_version`)}) AS own)`;

/**
 * Deletes up to `limit` builds without an announcement, because forged beacons can name any number of builds: those last
 * seen (or admitted) before `goneSince` (ms), whose summaries are deleted, and those last seen before `idleSince` (ms)
 * with fewer than `minSamples` measurements in all.
 */
export function deleteStaleReleases(
  script: Script,
  { minSamples, idleSince, goneSince }: { minSamples: number; idleSince: number; goneSince: number },
  limit: number,
): void {
  script.execute(
    "deleteStaleReleases",
    sql`DELETE FROM releases WHERE build_version IN (
      SELECT build_version FROM releases
      WHERE announced_at IS NULL AND (
        coalesce(last_seen_at, admitted_at) < ${goneSince}
        OR (coalesce(last_seen_at, admitted_at) < ${idleSince}
          AND ${minSamples} > ${samplesIn(closedDays)} AND ${minSamples} > ${samplesIn(allDays)}))
      LIMIT ${limit})`,
  );
}

/** Deletes up to `limit` rows of hours before `hour` (hours since the epoch). */
export function deleteReleaseTraffic(script: Script, hour: number, limit: number): void {
  script.execute(
    "deleteReleaseTraffic",
    sql`DELETE FROM release_traffic WHERE (hour, build_version, metric) IN (
      SELECT hour, build_version, metric FROM release_traffic WHERE hour < ${hour} LIMIT ${limit})`,
  );
}
