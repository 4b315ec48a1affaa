import Sqlite from "better-sqlite3";
import { openDatabase } from "../../app/storage/database.server";
import { DAY, FIVE_MINUTES, floorTo, HOUR } from "../../app/vitals/time";
import { LARGE_SITE, type Traffic, writeReleases, writeSummaries } from "./fixture.server";

/** Ages of the oldest summaries, releases and single measurements, in ms. */
const SUMMARISED = 31 * DAY;
const RELEASED = 90 * DAY;
const RAW = 6 * DAY;

/** Creates a database with the summaries of a large site up to the hour of `at`. */
export async function createSite(file: string, at: number): Promise<void> {
  const database = await openDatabase(`file:${file}`);
  try {
    const hour = floorTo(at, HOUR);
    const today = floorTo(at, DAY);
    await writeReleases(database, { from: hour + HOUR - RELEASED, to: hour + HOUR }, LARGE_SITE);
    // Long windows read hours at both ends, and days in between.
    await writeSummaries(database, "hourly", { from: today - 30 * DAY, to: today - 29 * DAY }, LARGE_SITE);
    await writeSummaries(database, "hourly", { from: hour - DAY, to: hour + HOUR }, LARGE_SITE);
    await writeSummaries(database, "daily", { from: today - SUMMARISED, to: today + DAY }, LARGE_SITE);
  } finally {
    await database.close();
  }
}

/** Creates a database with the summaries of a site with `traffic` for windows of up to 90 days. */
export async function createLongSite(file: string, at: number, traffic: Traffic): Promise<void> {
  const database = await openDatabase(`file:${file}`);
  try {
    const end = floorTo(at, HOUR) + HOUR;
    const today = floorTo(at, DAY);
    const hours = [
      { from: today - 90 * DAY, to: today - 89 * DAY },
      { from: today - 30 * DAY, to: today - 29 * DAY },
      // The trend over a week reads only hours.
      { from: end - 8 * DAY, to: end },
    ];
    await writeReleases(database, { from: end - RELEASED, to: end }, traffic);
    for (const window of hours) await writeSummaries(database, "hourly", window, traffic);
    await writeSummaries(database, "daily", { from: today - 91 * DAY, to: today + DAY }, traffic);
    const slot = floorTo(at, FIVE_MINUTES) + FIVE_MINUTES;
    await writeSummaries(database, "fiveMinutes", { from: slot - 2 * HOUR, to: slot }, traffic);
  } finally {
    await database.close();
  }
}

/** Adds `rows` folded measurements, spread over the days before `at`. */
export function addRawRows(file: string, at: number, rows: number, traffic: Traffic = LARGE_SITE): void {
  const database = new Sqlite(file);
  try {
    database.pragma("synchronous = OFF");
    database
      .prepare(
        `INSERT INTO web_vitals_raw (
          id, metric, value, folded_value, sequence, route, build_version, device, navigation_type,
          received_at, stored_at, library
        )
        WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < @rows),
          times AS (SELECT i, CAST(@from + i * (@length * 1.0 / @rows) AS INTEGER) AS received FROM numbers)
        SELECT
          'v6-' || received || '-' || (1000000000000 + @first + i),
          json_extract('["INP","LCP","CLS","FCP","TTFB"]', '$[' || (i % 5) || ']'),
          1 + i % 997, 1 + i % 997, 1, '/section-' || (i / 5 % @routes) || '/[id]', @buildVersion,
          iif(i / 5 % 2 = 0, 'mobile', 'desktop'), 'navigate', received, received, 'web-vitals/6.2.3'
        FROM times`,
      )
      .run({
        rows,
        from: at - RAW,
        length: RAW - HOUR,
        first: (database.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get() as number) + 1,
        routes: traffic.routes,
        buildVersion: traffic.buildVersion,
      });
  } finally {
    database.close();
  }
}
