import { z } from "zod";
import type { Database } from "../../storage/database.server";
import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import { insertSetting, selectSetting, selectSettingsUnder } from "../../storage/settings.server";
import { OWN_BUILD_PREFIX } from "../../vitals/measurement";
import type { Release } from "../../vitals/release";
import { timelineOf } from "../../vitals/release-timeline";
import { HOUR } from "../../vitals/time";
import { deliver, type OutboxRun, parseDelivery, type Send } from "../outbox.server";

/** A release to annotate; `at` is when it was deployed, or else first seen, in ms. */
const newRelease = z.object({ buildVersion: z.string(), at: z.number(), link: z.string().nullable() });
export type NewRelease = z.infer<typeof newRelease>;

/** Posts one release. `checkExisting`: a previous attempt may have succeeded, so look for it first. */
export type AnnotateRelease = Send<NewRelease>;

// Existing databases hold these keys, so they keep the names of the first version.
const SINCE = "release-markers-since";
const PREFIX = "release-marker:";

/**
 * Annotates every new release once. A release is new when it was first seen after the first call on this database, and
 * is established. Several processes can run this at the same time. It stops at the first failure, because the others
 * would fail for the same reason.
 */
export async function annotateNewReleases(
  database: Database,
  annotate: AnnotateRelease,
  clock: () => number,
): Promise<OutboxRun> {
  const releases = await newReleases(database, clock());
  const entries = releases.map((content) => ({ key: PREFIX + content.buildVersion, content }));
  return deliver(database, entries, annotate, { schema: newRelease, clock, afterwards: "mark" });
}

async function newReleases({ read, write }: Database, at: number): Promise<NewRelease[]> {
  const since = await selectSetting(read, SINCE);
  if (since === null) {
    await insertSetting(write, { key: SINCE, value: String(at) });
    return [];
  }
  const states = await selectSettingsUnder(read, PREFIX);
  const done = new Set(
    states.filter((setting) => parseDelivery(newRelease, setting).done).map(({ key }) => key),
  );
  const releases = await selectReleases(read);
  const open = releases.flatMap((release) =>
    done.has(PREFIX + release.buildVersion) ? [] : toNewRelease(release, Number(since)),
  );
  // There are many hours, and usually no release to look up in them.
  if (open.length === 0) return [];
  const establishedSince = async (time: number): Promise<ReadonlySet<string>> =>
    timelineOf(await selectReleaseHours(read, Math.floor(time / HOUR)), releases).established;
  const first = Math.min(...open.map(({ firstSeenAt }) => firstSeenAt));
  const candidates = await establishedSince(first);
  if (!open.some(({ release }) => candidates.has(release.buildVersion))) return [];
  // Whether they need a second hour depends on the releases before them.
  const established = await establishedSince(0);
  return open
    .filter(({ release }) => established.has(release.buildVersion))
    .map(({ release }) => release)
    .sort((a, b) => a.at - b.at);
}

/** Empty for a release without measurements, one from before `since`, and the cockpit's own pages. */
function toNewRelease(
  { buildVersion, firstSeenAt, announcedAt, link }: Release,
  since: number,
): Array<{ release: NewRelease; firstSeenAt: number }> {
  if (firstSeenAt === null || firstSeenAt < since || buildVersion.startsWith(OWN_BUILD_PREFIX)) return [];
  return [{ release: { buildVersion, at: announcedAt ?? firstSeenAt, link }, firstSeenAt }];
}
