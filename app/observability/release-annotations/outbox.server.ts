import type { Database } from "../../storage/database.server";
import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import {
  insertSetting,
  replaceSetting,
  selectSetting,
  selectSettingsUnder,
} from "../../storage/settings.server";
import { OWN_BUILD_PREFIX } from "../../vitals/measurement";
import type { Release } from "../../vitals/release";
import { releaseTimeline } from "../../vitals/release-timeline";
import { HOUR, MINUTE, SECOND } from "../../vitals/time";

/** A release as it is told; `at` is when it was deployed, or else first seen, in ms. */
export type NewRelease = { buildVersion: string; at: number; link: string | null };

/**
 * Tells a release to whom it is to be told. `look`: it may have been told before, which must be found out first.
 * What it gives says whether that is done, and if not, whether it may be.
 */
export type AnnotateRelease = (
  release: NewRelease,
  options: { checkExisting: boolean },
) => Promise<{ ok: true } | { ok: false; mayHaveSucceeded: boolean; reason: string }>;

/** How far a release is: one row of the settings each, so that every process and every start knows. */
type Mark = NewRelease & {
  done: boolean;
  attempts: number;
  /** Whoever attempts it has it until then; after a failure nobody attempts it before. In ms. */
  until: number;
  /** Whether the last attempt may have got through. */
  mayHaveSucceeded: boolean;
};

const SINCE = "release-markers-since";
const PREFIX = "release-marker:";

/** Longer than an attempt takes; the release of a process that was killed is another's afterwards. */
const LEASE = MINUTE;

const FIRST_PAUSE = 30 * SECOND;
const LONGEST_PAUSE = 10 * MINUTE;

/** How long after its `attempts`th failure a release is tried again, in ms. */
const pauseAfter = (attempts: number): number =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(attempts - 1, 10));

export type AnnotationRun = { annotated: number; failure: string | null };

/**
 * Tells every new release, once: those that were first seen since the first call ever, and are established. Any number
 * of processes may do so at once. It ends with the first that fails, for the others would too.
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
    const outcome = await annotate(claim.mark, { checkExisting: claim.checkExisting });
    const after: Mark = outcome.ok
      ? { ...claim.mark, done: true, mayHaveSucceeded: false, until: clock() }
      : {
          ...claim.mark,
          mayHaveSucceeded: outcome.mayHaveSucceeded,
          until: clock() + pauseAfter(claim.mark.attempts),
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
  const marks = await selectSettingsUnder(read, PREFIX);
  const done = new Set(marks.filter(({ value }) => (JSON.parse(value) as Mark).done).map(({ key }) => key));
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

type Claim = { mark: Mark; text: string; checkExisting: boolean };

/** Takes a release for this process; `null` where another has it, or it is not time yet. */
async function claimOf(
  { read, write }: Database,
  key: string,
  release: NewRelease,
  at: number,
): Promise<Claim | null> {
  const before = await selectSetting(read, key);
  if (before === null) {
    const mark = { ...release, done: false, attempts: 1, until: at + LEASE, mayHaveSucceeded: true };
    const text = JSON.stringify(mark);
    return (await insertSetting(write, { key, value: text })) ? { mark, text, checkExisting: false } : null;
  }
  const last = JSON.parse(before) as Mark;
  if (last.done || last.until > at) return null;
  // What is told stays the same, so that it can be looked for.
  const mark = { ...last, attempts: last.attempts + 1, until: at + LEASE, mayHaveSucceeded: true };
  const text = JSON.stringify(mark);
  return (await replaceSetting(write, { key, from: before, to: text }))
    ? { mark, text, checkExisting: last.mayHaveSucceeded }
    : null;
}
