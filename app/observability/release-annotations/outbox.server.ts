import { z } from "zod";
import type { Database } from "../../storage/database.server";
import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import {
  insertSetting,
  replaceSetting,
  type Setting,
  selectSetting,
  selectSettingsUnder,
} from "../../storage/settings.server";
import { OWN_BUILD_PREFIX } from "../../vitals/measurement";
import type { Release } from "../../vitals/release";
import { releaseTimeline } from "../../vitals/release-timeline";
import { HOUR, MINUTE, SECOND } from "../../vitals/time";

/** A release to annotate; `at` is when it was deployed, or else first seen, in ms. */
const newRelease = z.object({ buildVersion: z.string(), at: z.number(), link: z.string().nullable() });
export type NewRelease = z.infer<typeof newRelease>;

/**
 * Posts one release. `checkExisting`: a previous attempt may have succeeded, so look for it first. A failed attempt
 * `mayHaveSucceeded` when the annotation may exist nevertheless.
 */
export type AnnotateRelease = (
  release: NewRelease,
  options: { checkExisting: boolean },
) => Promise<{ ok: true } | { ok: false; mayHaveSucceeded: boolean; reason: string }>;

/** The state of one release: a row of the settings, so that it is shared by processes and survives a restart. */
const releaseState = newRelease.extend({
  done: z.boolean(),
  attempts: z.number(),
  /** No process attempts it before this time (ms): the lease of an attempt, or the pause after a failure. */
  until: z.number(),
  /** Absent in states that an earlier version stored: check Grafana first. */
  mayHaveSucceeded: z.boolean().default(true),
});
type ReleaseState = z.infer<typeof releaseState>;

/** @throws Error that names the setting when it holds something else */
function parseState({ key, value }: Setting): ReleaseState {
  try {
    return releaseState.parse(JSON.parse(value));
  } catch (cause) {
    throw new Error(`The setting ${key} is not the state of a release.`, { cause });
  }
}

// Existing databases hold these keys, so they keep the names of the first version.
const SINCE = "release-markers-since";
const PREFIX = "release-marker:";

/** Longer than an attempt can last. Another process attempts a release whose process was killed, after this time. */
const LEASE = MINUTE;

const MIN_RETRY_DELAY = 30 * SECOND;
const MAX_RETRY_DELAY = 10 * MINUTE;

/** How long after its `attempts`th failure a release is attempted again, in ms. */
const retryDelay = (attempts: number): number =>
  Math.min(MAX_RETRY_DELAY, MIN_RETRY_DELAY * 2 ** Math.min(attempts - 1, 10));

export type AnnotationRun = { annotated: number; failure: string | null };

/**
 * Annotates every new release once. A release is new when it was first seen after the first call on this database, and
 * is established. Several processes can run this at the same time. It stops at the first failure, because the others
 * would fail for the same reason.
 */
export async function annotateNewReleases(
  database: Database,
  annotate: AnnotateRelease,
  clock: () => number,
): Promise<AnnotationRun> {
  let annotated = 0;
  for (const release of await newReleases(database, clock())) {
    const key = PREFIX + release.buildVersion;
    const claim = await claimOf(database, key, release, clock());
    if (claim === null) continue;
    const outcome = await annotate(claim.state, { checkExisting: claim.checkExisting });
    const after: ReleaseState = outcome.ok
      ? { ...claim.state, done: true, mayHaveSucceeded: false, until: clock() }
      : {
          ...claim.state,
          mayHaveSucceeded: outcome.mayHaveSucceeded,
          until: clock() + retryDelay(claim.state.attempts),
        };
    await replaceSetting(database.write, { key, from: claim.text, to: JSON.stringify(after) });
    if (!outcome.ok) return { annotated, failure: outcome.reason };
    annotated += 1;
  }
  return { annotated, failure: null };
}

async function newReleases({ read, write }: Database, at: number): Promise<NewRelease[]> {
  const since = await selectSetting(read, SINCE);
  if (since === null) {
    await insertSetting(write, { key: SINCE, value: String(at) });
    return [];
  }
  const states = await selectSettingsUnder(read, PREFIX);
  const done = new Set(states.filter((setting) => parseState(setting).done).map(({ key }) => key));
  const releases = await selectReleases(read);
  const open = releases.flatMap((release) =>
    done.has(PREFIX + release.buildVersion) ? [] : toNewRelease(release, Number(since)),
  );
  // There are many hours, and usually no release to look up in them.
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

/** Empty for a release without measurements, one from before `since`, and the cockpit's own pages. */
function toNewRelease(
  { buildVersion, firstSeenAt, announcedAt, link }: Release,
  since: number,
): Array<{ release: NewRelease; firstSeenAt: number }> {
  if (firstSeenAt === null || firstSeenAt < since || buildVersion.startsWith(OWN_BUILD_PREFIX)) return [];
  return [{ release: { buildVersion, at: announcedAt ?? firstSeenAt, link }, firstSeenAt }];
}

type Claim = { state: ReleaseState; text: string; checkExisting: boolean };

/** Claims a release for this process; `null` when another process has claimed it, or its retry is not due. */
async function claimOf(
  { read, write }: Database,
  key: string,
  release: NewRelease,
  at: number,
): Promise<Claim | null> {
  const before = await selectSetting(read, key);
  if (before === null) {
    const state = { ...release, done: false, attempts: 1, until: at + LEASE, mayHaveSucceeded: true };
    const text = JSON.stringify(state);
    return (await insertSetting(write, { key, value: text })) ? { state, text, checkExisting: false } : null;
  }
  const last = parseState({ key, value: before });
  if (last.done || last.until > at) return null;
  // A retry posts the same text, so that `checkExisting` recognises it.
  const state = { ...last, attempts: last.attempts + 1, until: at + LEASE, mayHaveSucceeded: true };
  const text = JSON.stringify(state);
  return (await replaceSetting(write, { key, from: before, to: text }))
    ? { state, text, checkExisting: last.mayHaveSucceeded }
    : null;
}
