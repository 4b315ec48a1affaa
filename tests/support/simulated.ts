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

/** Sites of their own lie years apart. */
const LONG = { ...RETENTION, hourly: 3_650 * DAY, daily: 3_650 * DAY };

const MEMORY = 16 * 1024 * 1024;

export function caseOf(wanted: string): Case {
  const found = CASES.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`There is no case ${wanted}.`);
  return found;
}

/** What the JSON twin says of simulated traffic, which went through the import into a database: all in this process. */
export async function simulatedAnswers(one: Case, runs: number): Promise<Answer[]> {
  const [places, more] = placesOf(one, runs, NOW);
  if (places === undefined || more !== undefined) throw new Error("A test has one database.");
  const store = await Store.open({ retention: LONG });
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
    const memory = { merged: MEMORY, decoded: MEMORY, results: 1 };
    const readers = createComparisonReaders(read, createSummaryReader(read, MEMORY), memory);
    const answers: Answer[] = [];
    for (const place of places) {
      answers.push(await answer(store, readers, new URLSearchParams(searchOf(one.question, place))));
    }
    return answers;
  } finally {
    await store.close();
  }
}

/** What the loader of the JSON endpoint does between reading the URL and sending the answer. */
async function answer(store: Store, readers: ComparisonReaders, search: URLSearchParams): Promise<Answer> {
  const releases = await queryReleases(store.database.read, LONG.hourly, store.at);
  const parsed = parseQuery(search);
  const query = withCurrentRelease(parsed.query, releases, LONG, store.at);
  const view = await queryView(readers.units, query, LONG, store.at);
  const routes = await queryRoutes(readers.units, query, LONG, store.at);
  const context = { releases, retention: LONG, now: store.at };
  const comparison = await queryComparison(readers, query, context, view.trend);
  const json = vitalsJson({
    ...{ query, ignored: parsed.ignored, view, routes, comparison, now: store.at },
    releases: releases.releases,
  });
  return JSON.parse(JSON.stringify(json)) as Answer;
}

/** What the answers say of one measure of a case, run by run; those that say nothing of it are left out. */
export function valuesOf({ name, measures }: Case, answers: readonly Answer[], wanted: string): number[] {
  const measure = measures.find((known) => known.name === wanted);
  if (measure === undefined) throw new Error(`${name} does not measure "${wanted}".`);
  return answers.map(measure.of).filter((value) => value !== null);
}
