import { DAY, HOUR, MINUTE, type TimeWindow } from "../../vitals/time";
import { Random } from "./random";

/** A release and its effect on two routes; all other routes are the same in every release. */
export type Build = {
  version: string;
  /** `REGRESSED_ROUTE` has a longer element render delay, and a slower main button. */
  regressed: boolean;
  /** `IMPROVED_ROUTE` requests its largest image earlier. */
  improved: boolean;
};

/** A deploy starts at `at` (ms since the epoch); after `rollout` ms all page loads get the build. */
export type Deploy = { at: number; rollout: number; build: Build };

/** Relative increase of LCP on the regressed route, all of it element render delay. */
export const LCP_REGRESSION = 0.35;

/** Relative increase of the processing duration of the regressed main button. */
export const INP_REGRESSION = 1.2;

/** Relative decrease of LCP on the improved route, from its resource load delay, then its duration. */
export const LCP_IMPROVEMENT = 0.22;

/** The age of the last release, in gaps between releases. */
export const LAST_RELEASE_AGE = 0.75;

/**
 * The deploys of a window in ascending order, the first one before it: one about every two days, and at least five, so
 * that a short sample has the same events: a rollback, and a last release that makes one route slower and another faster, so
 * that its comparison with the one before it has both verdicts.
 * @param lastAge of the last release, in gaps between releases, give or take 0.15
 */
export function makeDeploys(seed: number, { from, to }: TimeWindow, lastAge = LAST_RELEASE_AGE): Deploy[] {
  const random = new Random(seed, "releases");
  const count = Math.max(5, Math.round((to - from) / (2 * DAY)));
  const gap = (to - from) / (count - 0.25 + lastAge);
  const rolledBack = Math.floor(count * 0.4);
  let version = { minor: 3 + Math.floor(random.uniform() * 5), patch: 0 };
  let build: Build = { version: `2.${version.minor}.0`, regressed: false, improved: false };
  const deploys: Deploy[] = [{ at: Number.NEGATIVE_INFINITY, rollout: 0, build }];
  for (let i = 0; i < count; i += 1) {
    const due = from + (i + 0.75 + 0.3 * (random.uniform() - 0.5)) * gap;
    const at = Math.round(gap >= 1.5 * DAY ? atOffice(due, random.uniform()) : due);
    const rollout = Math.round(Math.min(gap / 3, (2 + 2 * random.uniform()) * HOUR));
    version = random.chance(0.3)
      ? { minor: version.minor + 1, patch: 0 }
      : { minor: version.minor, patch: version.patch + 1 };
    const before = build;
    const next: Build = {
      version: `2.${version.minor}.${version.patch}`,
      regressed: i >= count - 1,
      improved: i >= count - 1,
    };
    deploys.push({ at, rollout, build: next });
    if (i === rolledBack) {
      const back = Math.round(Math.min(gap / 2, 6 * HOUR));
      deploys.push({ at: at + back, rollout: Math.round(Math.min(gap / 10, 20 * MINUTE)), build: before });
    } else {
      build = next;
    }
  }
  return deploys;
}

/** Moves a deploy to the working hours of its day (UTC). */
const atOffice = (time: number, uniform: number): number =>
  Math.floor(time / DAY) * DAY + (8 + 8 * uniform) * HOUR;

/**
 * The build of a page load at `time`.
 * @param luck 0 to 1, constant for a visitor: higher values get a deploy later in its rollout
 */
export function buildAt(deploys: readonly Deploy[], time: number, luck: number): Build {
  for (let i = deploys.length - 1; i > 0; i -= 1) {
    const { at, rollout, build } = deploys[i] as Deploy;
    if (time >= at + luck * rollout) return build;
  }
  return (deploys[0] as Deploy).build;
}
