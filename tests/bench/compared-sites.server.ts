import { openDatabase } from "../../app/storage/database.server";
import type { ReleaseActivity, ReleaseTraffic } from "../../app/storage/releases.server";
import { METRICS } from "../../app/vitals/metrics";
import { DAY, floorTo, HOUR, type TimeWindow } from "../../app/vitals/time";
import { LARGE_SITE, type Traffic, writeActivity, writeSummaries } from "./fixture.server";

/** The active period of a build, in whole hours, and its share of the site's page views. */
type Life = TimeWindow & { buildVersion: string; share: number };

const HISTORY = 10 * DAY;

/** Releases of the site with one every two days. */
export const RELEASES = 16;

/** The newest build of each site. */
export const newestBuildOf = (kind: ComparedKind | "everyOtherDay"): string =>
  (LIVES[kind](0).at(-1) as Life).buildVersion;

/** Kinds of sites that the cockpit compares. */
export const KINDS = ["gradual", "weekly", "daily"] as const;

export type ComparedKind = (typeof KINDS)[number];

/** Active periods of builds: concurrent, consecutive, three a day, or one every two days; `end` of the current hour in ms since the epoch. */
const LIVES: Readonly<Record<ComparedKind | "everyOtherDay", (end: number) => Life[]>> = {
  gradual: (end) => [
    { buildVersion: "2.4.0", from: end - 7 * DAY - HOUR, to: end, share: 0.48 },
    { buildVersion: "2.4.1", from: end - 7 * DAY, to: end, share: 0.52 },
  ],
  weekly: (end) => [
    { buildVersion: "2.4.0", from: end - 3 * DAY - HISTORY, to: end - 3 * DAY, share: 1 },
    { buildVersion: "2.4.1", from: end - 3 * DAY, to: end, share: 1 },
  ],
  daily: (end) =>
    Array.from({ length: 3 * 11 }, (_, i) => {
      const from = end - 8 * HOUR * (i + 1);
      return { buildVersion: `2.4.${100 - i}`, from, to: from + 8 * HOUR, share: 1 };
    }).reverse(),
  everyOtherDay: (end) =>
    Array.from({ length: RELEASES }, (_, i) => {
      const from = end - 2 * DAY * (i + 1);
      return { buildVersion: `2.4.${100 - i}`, from, to: from + 2 * DAY, share: 1 };
    }).reverse(),
};

/** Creates the summaries of a site with such releases. */
export async function createComparedSite(
  file: string,
  kind: keyof typeof LIVES,
  at: number,
  site: Omit<Traffic, "buildVersion"> = LARGE_SITE,
): Promise<void> {
  const database = await openDatabase(`file:${file}`);
  try {
    const seen: ReleaseActivity[] = [];
    const hours: ReleaseTraffic[] = [];
    for (const { buildVersion, from, to, share } of LIVES[kind](floorTo(at, HOUR) + HOUR)) {
      const pageViewsPerHour = Math.round(site.pageViewsPerHour * share);
      const traffic: Traffic = { ...site, buildVersion, pageViewsPerHour };
      await writeSummaries(database, "hourly", { from, to }, traffic);
      const days = { from: floorTo(from, DAY), to: floorTo(to - 1, DAY) + DAY };
      await writeSummaries(database, "daily", days, traffic);
      const libraries = { "web-vitals/6": pageViewsPerHour };
      seen.push({ buildVersion, firstAt: from, lastAt: Math.min(to - 1, at), libraries });
      for (let hour = from / HOUR; hour < to / HOUR; hour += 1) {
        for (const metric of METRICS) hours.push({ hour, buildVersion, metric, samples: pageViewsPerHour });
      }
    }
    await writeActivity(database, seen, hours);
  } finally {
    await database.close();
  }
}
