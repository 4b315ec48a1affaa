import { copyFileSync } from "node:fs";
import { now as clock, monotonic } from "../../app/platform/clock.server";
import { vitalsJson } from "../../app/presenters/api/vitals-json";
import { type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import type { PageSources } from "../../app/query/page-context.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader, type SummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRoutes, queryView } from "../../app/query/view/view.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { DAY, floorTo, HOUR } from "../../app/vitals/time";
import type { Bench } from "./bench";
import { type Figure, type Target, toFigure } from "./figures";
import { LARGE_SITE, type Traffic, writeSummaries } from "./fixture.server";
import { PlainReader } from "./plain-reader.server";
import { alternate } from "./rounds";
import { HOST, startCockpit, TOKEN } from "./servers.server";
import { addRawRows, createSite } from "./site.server";
import { median } from "./statistics";

const ROUNDS = 9;
const ANSWERS = 5;
const WARM_UP = 4;
const FEW_ROWS = 100_000;
const MANY_ROWS = 10 * FEW_ROWS;

/** Cache size of the application's reader, in bytes. */
export const CACHE_BYTES = 64 * 1024 * 1024;
export const RETENTION = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };

const SITE = `${LARGE_SITE.routes} routes × ${LARGE_SITE.devices.length} devices at ${LARGE_SITE.pageViewsPerHour} page views an hour`;
const SAMPLE = `${ROUNDS} rounds of ${ANSWERS} answers, p50; ${SITE}`;

type Range = "24h" | "30d";
const TARGETS: Readonly<Record<Range, Target>> = {
  "24h": { of: "value", atMost: 40 },
  "30d": { of: "value", atMost: 80 },
};

export const readBench: Bench = async ({ workplace, log }) => {
  const at = clock();
  const few = workplace.file("site.db");
  const many = workplace.file("site-with-many-rows.db");
  log(`read: creating summaries, ${FEW_ROWS} and ${MANY_ROWS} raw rows`);
  await createSite(few, at);
  copyFileSync(few, many);
  addRawRows(few, at, FEW_ROWS);
  addRawRows(many, at, MANY_ROWS);
  log("read: 24 h");
  const day = await measureRange(few, "24h", at);
  log("read: 30 d");
  const month = await measureRange(few, "30d", at);
  log("read: with ten times the raw rows");
  return [...day, ...month, ...(await measureRawRows(few, many, at))];
};

/** @param memory what the application remembers between requests */
export async function answer(
  database: Database,
  reader: SummaryReader,
  range: Range,
  at: number,
  memory?: PageSources["memory"],
): Promise<string> {
  const query: CockpitQuery = { ...DEFAULT_QUERY, range };
  const options = memory === undefined ? {} : { memory: memory.view };
  const view = await queryView(reader, query, RETENTION, at, options);
  const routes = await queryRoutes(reader, query, RETENTION, at, options);
  const { releases } = await queryReleases(database.read, RETENTION.hourly, at, memory?.releases);
  return JSON.stringify(
    vitalsJson({ query, ignored: [], view, routes, releases, comparison: null, now: at }),
  );
}

/** A round of consecutive responses; `before` runs before each, untimed. */
export type Round = { answer: () => Promise<unknown>; before?: () => Promise<void> };

/** Alternates the rounds of the subjects; returns the p50 of each round, in ms. */
export function inTurns<Name extends string>(subjects: Record<Name, Round>): Promise<Record<Name, number[]>> {
  const rounds = Object.fromEntries(
    Object.entries<Round>(subjects).map(([name, round]) => [name, () => p50Of(round)]),
  ) as Record<Name, () => Promise<number>>;
  return alternate<Record<Name, number>>(ROUNDS, rounds, WARM_UP);
}

export async function p50Of({ answer: work, before }: Round): Promise<number> {
  const durations: number[] = [];
  for (let i = 0; i < ANSWERS; i += 1) {
    await before?.();
    const start = monotonic();
    await work();
    durations.push(monotonic() - start);
  }
  return median(durations);
}

const coldReader = (database: Database): SummaryReader => createSummaryReader(database.read, CACHE_BYTES);

async function measureRange(file: string, range: Range, at: number): Promise<Figure[]> {
  const database = await openDatabase(`file:${file}`);
  const plain = new PlainReader(file);
  const cockpit = await startCockpit(file);
  try {
    const warm = coldReader(database);
    const alone: Round = { answer: async () => plain.read(range, at) };
    const inProcess = () => answer(database, warm, range, at);
    const overHttp = () => request(cockpit.port, range);
    const before = () => rewriteNewest(database, at);
    const still = await inTurns({
      alone,
      inProcess: { answer: inProcess },
      cold: { answer: () => answer(database, coldReader(database), range, at) },
      http: { answer: overHttp },
    });
    const moving = await inTurns({
      alone,
      inProcess: { answer: inProcess, before },
      http: { answer: overHttp, before },
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
      figure("in process", still.inProcess, still.alone, TARGETS[range]),
      figure("while beacons arrive", moving.inProcess, moving.alone, TARGETS[range]),
      figure("cold cache", still.cold, still.alone),
      figure("over HTTP", still.http, still.alone, TARGETS[range]),
      figure("over HTTP while beacons arrive", moving.http, moving.alone, TARGETS[range]),
    ];
  } finally {
    await cockpit.stop();
    plain.close();
    await database.close();
  }
}

/** Writes the newest hour and day like the fold when beacons arrive, which invalidates them in caches. */
export async function rewriteNewest(
  database: Database,
  at: number,
  traffic: Traffic = LARGE_SITE,
): Promise<void> {
  const hour = floorTo(at, HOUR);
  const day = floorTo(at, DAY);
  await writeSummaries(database, "hourly", { from: hour, to: hour + HOUR }, traffic);
  await writeSummaries(database, "daily", { from: day, to: day + DAY }, traffic);
}

/**
 * Requests the JSON endpoint of the running application.
 * @throws Error for a response without figures
 */
async function request(port: number, range: Range): Promise<void> {
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
    const readers = { few: coldReader(withFew), many: coldReader(withMany) };
    const warm = await inTurns({
      few: { answer: () => answer(withFew, readers.few, "24h", at) },
      many: { answer: () => answer(withMany, readers.many, "24h", at) },
    });
    const cold = await inTurns({
      few: { answer: () => answer(withFew, coldReader(withFew), "24h", at) },
      many: { answer: () => answer(withMany, coldReader(withMany), "24h", at) },
    });
    const figure = (name: string, { few, many }: { few: number[]; many: number[] }): Figure =>
      toFigure({
        bench: "read",
        name,
        unit: "ms",
        rounds: many,
        baseline: { name: `with ${FEW_ROWS} raw rows`, rounds: few },
        target: { of: "ratio", atMost: 1.2 },
        sample: `${ROUNDS} rounds of ${ANSWERS} answers of each, p50; the same summaries`,
      });
    return [figure(`24h with ${MANY_ROWS} raw rows`, warm), figure("the same, cold cache", cold)];
  } finally {
    await withFew.close();
    await withMany.close();
  }
}
