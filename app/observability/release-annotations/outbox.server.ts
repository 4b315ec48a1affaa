import type { Database } from "../../storage/database.server";
import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import { insertSetting, selectSetting, selectSettingsUnder } from "../../storage/settings.server";
import { OWN_BUILD_PREFIX } from "../../vitals/measurement";
import type { Release } from "../../vitals/release";
import { releaseTimeline } from "../../vitals/release-timeline";
import { HOUR } from "../../vitals/time";
import { type Delivery, deliver, type OutboxRun, type Send } from "../outbox.server";

/** A release as it is told; `at` is when it was deployed, or else first seen, in ms. */
export type NewRelease = { buildVersion: string; at: number; link: string | null };

/** Annotates one release. `checkExisting`: an earlier attempt may have succeeded, so existing ones are read first. */
export type AnnotateRelease = Send<NewRelease>;

const SINCE = "release-markers-since";
const PREFIX = "release-marker:";

/**
 * Annotates every new release once: those that were first seen since the first call ever, and are established. Any number
 * of processes may do so at once.
 */
export async function annotateNewReleases(
  database: Database,
  annotate: AnnotateRelease,
  clock: () => number,
): Promise<OutboxRun> {
  const releases = await newReleases(database, clock());
  const entries = releases.map((content) => ({ key: PREFIX + content.buildVersion, content }));
  return deliver(database, entries, annotate, { clock, afterwards: "mark" });
}

async function newReleases({ read, write }: Database, at: number): Promise<NewRelease[]> {
  const since = await selectSetting(read, SINCE);
  if (since === null) {
    await insertSetting(write, { key: SINCE, value: String(at) });
    return [];
  }
  const marks = await selectSettingsUnder(read, PREFIX);
  const done = new Set(
    marks.filter(({ value }) => (JSON.parse(value) as Delivery).done).map(({ key }) => key),
  );
  const releases = await selectReleases(read);
  const open = releases.flatMap((release) =>
    done.has(PREFIX + release.buildVersion) ? [] : toNewRelease(release, Number(since)),
  );
  // The hours are many; mostly there is nothing to ask them about, and never about those before.
  if (open.length === 0) return [];
  const first = Math.min(...open.map(({ firstSeenAt }) => firstSeenAt));
  const hours = await selectReleaseHours(read, Math.floor(first / HOUR));
  const announced = releases.filter(({ announcedAt }) => announcedAt !== null);
  const { established } = releaseTimeline(hours, new Set(announced.map(({ buildVersion }) => buildVersion)));
  return open
    .filter(({ release }) => established.has(release.buildVersion))
    .map(({ release }) => release)
    .sort((a, b) => a.at - b.at);
}

/** What was announced and never seen is no release yet; the cockpit's own pages are nobody's. */
function toNewRelease(
  { buildVersion, firstSeenAt, announcedAt, link }: Release,
  since: number,
): Array<{ release: NewRelease; firstSeenAt: number }> {
  if (firstSeenAt === null || firstSeenAt < since || buildVersion.startsWith(OWN_BUILD_PREFIX)) return [];
  return [{ release: { buildVersion, at: announcedAt ?? firstSeenAt, link }, firstSeenAt }];
}
