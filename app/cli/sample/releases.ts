import { DAY, HOUR, MINUTE, type TimeWindow } from "../../vitals/time";
import { Random } from "./random";

/** The changes of a release; all else is equal in all releases. */
export type Build = {
  version: string;
  /** The route `REGRESSED_ROUTE` paints its largest element later, and its main button answers later. */
  regressed: boolean;
  /** The route `IMPROVED_ROUTE` asks for its largest image earlier. */
  improved: boolean;
};

/** A build is deployed at `at`, and all page loads get it `rollout` ms later. */
export type Deploy = { at: number; rollout: number; build: Build };

/** Growth of LCP on the regressed route, all of it element render delay. */
export const LCP_REGRESSION = 0.35;

/** Growth of the regressed main button's processing time. */
export const INP_REGRESSION = 1.2;

/** What the improved route's LCP loses, out of resource load delay and then duration. */
export const LCP_IMPROVEMENT = 0.22;

/**
 * The deploys of a window in the order of time, the first one long before it: one every couple of days (at
 * least five in all, so that a short sample tells the same story), the last but one a regression, the last
 * one an improvement, and an earlier one rolled back.
 */
export function makeDeploys(seed: number, { from, to }: TimeWindow): Deploy[] {
  const random = new Random(seed, "releases");
  const count = Math.max(5, Math.round((to - from) / (2 * DAY)));
  const gap = (to - from) / (count + 0.5);
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
      regressed: i >= count - 2,
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
 * The build that a page loaded at `time` gets.
 * @param luck 0 to 1, the same for all loads of one visitor; the rollout goes from 0 to 1
 */
export function buildAt(deploys: readonly Deploy[], time: number, luck: number): Build {
  for (let i = deploys.length - 1; i > 0; i -= 1) {
    const { at, rollout, build } = deploys[i] as Deploy;
    if (time >= at + luck * rollout) return build;
  }
  return (deploys[0] as Deploy).build;
}
