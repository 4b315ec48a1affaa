import Sqlite from "better-sqlite3";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { DAY, FIVE_MINUTES, floorTo, HOUR } from "../../app/vitals/time";
import { LARGE_SITE, type Traffic, writeReleases, writeSummaries } from "./fixture.server";

/** Ages of the oldest summaries, releases and single measurements, in ms. */
const SUMMARISED = 31 * DAY;
const RELEASED = 90 * DAY;
const RAW = 6 * DAY;

const LIBRARY = "web-vitals/6.2.3";

/** Creates a database with the summaries of a large site up to the hour of `at`. */
export async function createSite(file: string, at: number): Promise<void> {
  const database = await openDatabase(`file:${file}`);
  try {
    await writeSite(database, at, LARGE_SITE);
  } finally {
    await database.close();
  }
}

/** Writes the summaries of a site with `traffic` up to the hour of `at`, for windows of up to 30 days. */
export async function writeSite(database: Database, at: number, traffic: Traffic): Promise<void> {
  const hour = floorTo(at, HOUR);
  const today = floorTo(at, DAY);
  await writeReleases(database, { from: hour + HOUR - RELEASED, to: hour + HOUR }, traffic);
  // Long windows read hours at both ends, and days in between.
  await writeSummaries(database, "hourly", { from: today - 30 * DAY, to: today - 29 * DAY }, traffic);
  await writeSummaries(database, "hourly", { from: hour - DAY, to: hour + HOUR }, traffic);
  await writeSummaries(database, "daily", { from: today - SUMMARISED, to: today + DAY }, traffic);
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
    const routes = Array.from({ length: traffic.routes }, (_, i) => `/section-${i}/[id]`);
    database
      .prepare("INSERT OR IGNORE INTO labels (text, used_until) SELECT value, ? FROM json_each(?)")
      .run(at + DAY, JSON.stringify([...routes, traffic.buildVersion, LIBRARY]));
    const label = (text: string): number =>
      database.prepare("SELECT id FROM labels WHERE text = ?").pluck().get(text) as number;
    database
      .prepare(
        `INSERT INTO measurements (
          id, metric, value, sequence, route, build, device, navigation, received_at, stored_after, library
        )
        WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < @rows),
          times AS (SELECT i, CAST(@from + i * (@length * 1.0 / @rows) AS INTEGER) AS received FROM numbers)
        SELECT
          unhex(format('%02X%011X%011X', 6, received, 1000000000000 + CAST(@first + i AS INTEGER))), i % 5, 10 * (1 + i % 997), 1,
          CAST(json_extract(@routes, '$[' || (i / 5 % @count) || ']') AS INTEGER),
          @build, i / 5 % 2, 0, received, 0, @library
        FROM times`,
      )
      .run({
        rows,
        from: at - RAW,
        length: RAW - HOUR,
        first: (database.prepare("SELECT count(*) FROM measurements").pluck().get() as number) + 1,
        routes: JSON.stringify(routes.map(label)),
        count: routes.length,
        build: label(traffic.buildVersion),
        library: label(LIBRARY),
      });
  } finally {
    database.close();
  }
}
