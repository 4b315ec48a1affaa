import { copyFileSync } from "node:fs";
import { now as clock, monotonic } from "../../app/platform/clock.server";
import { vitalsJson } from "../../app/presenters/vitals-json";
import { type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { queryReleases } from "../../app/query/releases.server";
import { createUnitReader, type UnitReader } from "../../app/query/unit-reader.server";
import { queryRoutes, queryView } from "../../app/query/vitals.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { DAY, floorTo, HOUR } from "../../app/vitals/time";
import type { Bench, BenchContext } from "./bench";
import { type Figure, type Target, toFigure } from "./figures";
import { LARGE_SITE, writeSummaries } from "./fixture.server";
import { PlainReader } from "./plain-reader.server";
import { alternate } from "./rounds";
import { HOST, startCockpit, TOKEN } from "./servers.server";
import { addRawRows, makeSite } from "./site.server";

const ROUNDS = 21;
const FEW_ROWS = 100_000;
const MANY_ROWS = 10 * FEW_ROWS;

/** As the application's own reader remembers. */
const MEMORY = 64 * 1024 * 1024;
export const REACH = { fiveMinutes: 2 * DAY, hourly: 90 * DAY };

const SITE = `${LARGE_SITE.routes} routes × ${LARGE_SITE.devices.length} devices at ${LARGE_SITE.pageViewsPerHour} page views an hour`;
const SAMPLE = `p50 of ${ROUNDS} answers; ${SITE}`;

type Range = "24h" | "30d";
const MOST: Readonly<Record<Range, Target>> = {
  "24h": { of: "value", atMost: 40 },
  "30d": { of: "value", atMost: 80 },
};

export const readBench: Bench = {
  title: "the JSON answer over 24 hours and 30 days of a large site",
  async run({ workplace, say }) {
    const at = clock();
    const few = workplace.file("site.db");
    const many = workplace.file("site-with-many-rows.db");
    say(`read: making summaries, ${FEW_ROWS} and ${MANY_ROWS} raw rows`);
    await makeSite(few, at);
    copyFileSync(few, many);
    addRawRows(few, at, FEW_ROWS);
    addRawRows(many, at, MANY_ROWS);
    say("read: 24 h");
    const day = await measureRange(workplace, few, "24h", at);
    say("read: 30 d");
    const month = await measureRange(workplace, few, "30d", at);
    say("read: with ten times the raw rows");
    return [...day, ...month, ...(await measureRawRows(few, many, at))];
  },
};

/** What the loader of the JSON endpoint does between reading the URL and sending the answer. */
async function answer(database: Database, reader: UnitReader, range: Range, at: number): Promise<string> {
  const query: CockpitQuery = { ...DEFAULT_QUERY, range };
  const view = await queryView(reader, query, REACH, at);
  const routes = await queryRoutes(reader, query, REACH, at);
  const { releases } = await queryReleases(database.read, REACH.hourly, at);
  return JSON.stringify(vitalsJson({ query, ignored: [], view, routes, releases }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = monotonic();
  await work();
  return monotonic() - start;
}

const freshReader = (database: Database): UnitReader => createUnitReader(database.read, MEMORY);

async function measureRange(
  workplace: BenchContext["workplace"],
  file: string,
  range: Range,
  at: number,
): Promise<Figure[]> {
  const database = await openDatabase(`file:${file}`);
  const plain = new PlainReader(file);
  const cockpit = await startCockpit(workplace, file);
  try {
    const warm = freshReader(database);
    const still = await alternate(ROUNDS, {
      plain: () => timed(async () => plain.read(range, at)),
      warm: () => timed(() => answer(database, warm, range, at)),
      cold: () => timed(() => answer(database, freshReader(database), range, at)),
      http: () => timed(() => ask(cockpit.port, range)),
    });
    const moving = await alternate(ROUNDS, {
      plain: () => timed(async () => plain.read(range, at)),
      warm: async () => {
        await rewriteNewest(database, at);
        return timed(() => answer(database, warm, range, at));
      },
      http: async () => {
        await rewriteNewest(database, at);
        return timed(() => ask(cockpit.port, range));
      },
    });
    const figure = (name: string, rounds: number[], baseline: number[], target?: Target): Figure =>
      toFigure({
        bench: "read",
        name: `${range}, ${name}`,
        unit: "ms",
        rounds,
        baseline: { name: "better-sqlite3 and merging alone", rounds: baseline },
        ...(target !== undefined && { target }),
        sample: SAMPLE,
      });
    return [
      figure("in process", still.warm, still.plain, MOST[range]),
      figure("while beacons arrive", moving.warm, moving.plain, MOST[range]),
      figure("nothing remembered", still.cold, still.plain),
      figure("over HTTP", still.http, still.plain, MOST[range]),
      figure("over HTTP while beacons arrive", moving.http, moving.plain, MOST[range]),
    ];
  } finally {
    await cockpit.stop();
    plain.close();
    await database.close();
  }
}

/** What the fold does when beacons arrive: to readers that remember, the newest hour and day are new. */
async function rewriteNewest(database: Database, at: number): Promise<void> {
  const hour = floorTo(at, HOUR);
  const day = floorTo(at, DAY);
  await writeSummaries(database, "hourly", { from: hour, to: hour + HOUR }, LARGE_SITE);
  await writeSummaries(database, "daily", { from: day, to: day + DAY }, LARGE_SITE);
}

/**
 * Asks the running application.
 * @throws Error for an answer without figures
 */
async function ask(port: number, range: Range): Promise<void> {
  const response = await fetch(`http://${HOST}:${port}/api/admin/performance/web-vitals?range=${range}`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  const text = await response.text();
  if (response.status !== 200 || !text.includes('"routes":[{')) {
    throw new Error(`The JSON endpoint answered ${response.status}: ${text.slice(0, 300)}`);
  }
}

async function measureRawRows(few: string, many: string, at: number): Promise<Figure[]> {
  const withFew = await openDatabase(`file:${few}`);
  const withMany = await openDatabase(`file:${many}`);
  try {
    const readers = { few: freshReader(withFew), many: freshReader(withMany) };
    const warm = await alternate(ROUNDS, {
      few: () => timed(() => answer(withFew, readers.few, "24h", at)),
      many: () => timed(() => answer(withMany, readers.many, "24h", at)),
    });
    const cold = await alternate(ROUNDS, {
      few: () => timed(() => answer(withFew, freshReader(withFew), "24h", at)),
      many: () => timed(() => answer(withMany, freshReader(withMany), "24h", at)),
    });
    const figure = (name: string, { few, many }: { few: number[]; many: number[] }): Figure =>
      toFigure({
        bench: "read",
        name,
        unit: "ms",
        rounds: many,
        baseline: { name: `with ${FEW_ROWS} raw rows`, rounds: few },
        target: { of: "ratio", atMost: 1.2 },
        sample: `p50 of ${ROUNDS} answers of each; the same summaries`,
      });
    return [figure(`24h with ${MANY_ROWS} raw rows`, warm), figure("the same, nothing remembered", cold)];
  } finally {
    await withFew.close();
    await withMany.close();
  }
}
