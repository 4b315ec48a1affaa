import { Readable } from "node:stream";
import { importLines } from "../../app/ingest/import.server";
import { vitalsJson } from "../../app/presenters/api/vitals-json";
import { parseQuery } from "../../app/query/cockpit-query";
import { queryComparison } from "../../app/query/comparison/comparison.server";
import { withCurrentRelease } from "../../app/query/comparison/current-release-query";
import { type ComparisonReaders, createComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRoutes, queryView } from "../../app/query/view/view.server";
import { DAY } from "../../app/vitals/time";
import type { Answer } from "../bench/asked-cockpit.server";
import { CASES, type Case } from "../bench/statistics/cases";
import { linesOfPlaces, placesOf, searchOf } from "../bench/statistics/places";
import { NOW } from "./measurements";
import { RETENTION, Store } from "./store";

/** The simulated sites are years apart. */
const LONG_RETENTION = { ...RETENTION, hourly: 3_650 * DAY, daily: 3_650 * DAY };

const CACHE_BYTES = 16 * 1024 * 1024;

/** @throws Error for an unknown name */
export function caseOf(caseName: string): Case {
  const simulationCase = CASES.find(({ name }) => name === caseName);
  if (simulationCase === undefined) throw new Error(`There is no case ${caseName}.`);
  return simulationCase;
}

/** The responses of the JSON endpoint to imported simulated traffic, computed in this process. */
export async function simulatedAnswers(one: Case, runs: number): Promise<Answer[]> {
  const [places, more] = placesOf(one, runs, NOW);
  if (places === undefined || more !== undefined) throw new Error("A test has one database.");
  const store = await Store.open({ retention: LONG_RETENTION });
  try {
    await importLines(Readable.from(linesOfPlaces(one, places, 1)).map(Buffer.from), {
      database: store.database,
      clock: () => store.at,
      onBadLine: (line, reason) => {
        throw new Error(`Line ${line}: ${reason}`);
      },
      onBatch: () => store.fold(20_000).then(() => {}),
    });
    const { read } = store.database;
    const memory = { merged: CACHE_BYTES, decoded: CACHE_BYTES, results: 1 };
    const readers = createComparisonReaders(read, createSummaryReader(read, CACHE_BYTES), memory);
    const answers: Answer[] = [];
    for (const place of places) {
      answers.push(await answer(store, readers, new URLSearchParams(searchOf(one.question, place))));
    }
    return answers;
  } finally {
    await store.close();
  }
}

/** Computes a response like the loader of the JSON endpoint. */
async function answer(store: Store, readers: ComparisonReaders, search: URLSearchParams): Promise<Answer> {
  const releases = await queryReleases(store.database.read, LONG_RETENTION.hourly, store.at);
  const parsed = parseQuery(search);
  const query = withCurrentRelease(parsed.query, releases, LONG_RETENTION, store.at);
  const view = await queryView(readers.units, query, LONG_RETENTION, store.at);
  const routes = await queryRoutes(readers.units, query, LONG_RETENTION, store.at);
  const context = { releases, retention: LONG_RETENTION, now: store.at };
  const comparison = await queryComparison(readers, query, context, view);
  const json = vitalsJson({
    query,
    ignored: parsed.ignored,
    view,
    routes,
    comparison,
    now: store.at,
    releases: releases.releases,
  });
  return JSON.parse(JSON.stringify(json)) as Answer;
}

/** The values of one measure of a case, without runs that have none. @throws Error for an unknown measure */
export function valuesOf(
  { name, measures }: Case,
  answers: readonly Answer[],
  measureName: string,
): number[] {
  const measure = measures.find((candidate) => candidate.name === measureName);
  if (measure === undefined) throw new Error(`${name} does not measure "${measureName}".`);
  return answers.map(measure.of).filter((value) => value !== null);
}
