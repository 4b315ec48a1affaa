import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import type { ComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleaseVerdicts } from "../../app/query/comparison/release-verdicts.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { foldBatch } from "../../app/rollup/fold.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { answer, coldReaders, cpuOf } from "./answers.server";
import { measurementsOf, PER_BEACON } from "./beacons";
import { type Figure, toFigure } from "./figures";
import { RETENTION } from "./read.server";
import { alternate } from "./rounds";
import { median } from "./statistics";

const ROUNDS = 5;
const ANSWERS = 3;
const WARM_UP = 2;

/** Page views that arrive before each answer, on all routes. */
const ARRIVING = 100;

/** Page views of one site, each once, in its newest hour. */
function arrivalsOf(database: Database, buildVersion: string, at: number): () => Promise<void> {
  let view = 0;
  return async () => {
    const batch = Array.from({ length: ARRIVING }, () => measurementsOf(view++, at)).flat();
    const current = batch.map((measurement) => ({ ...measurement, buildVersion }));
    await storeMeasurements(database.write, current, at);
    await foldBatch(database, ARRIVING * PER_BEACON, RETENTION, at);
  };
}

/** The median CPU time of some answers, each after page views that arrived. */
async function p50Of(arrive: () => Promise<void>, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ANSWERS; i += 1) {
    await arrive();
    times.push(await cpuOf(work));
  }
  return median(times);
}

/** The JSON response with warm caches while beacons arrive, computed in this process, with and without comparison. */
export async function measureArriving(
  file: string,
  { name, buildVersion, at }: { name: string; buildVersion: string; at: number },
): Promise<Figure> {
  const database = await openDatabase(`file:${file}`);
  try {
    const arrive = arrivalsOf(database, buildVersion, at);
    const plain: CockpitQuery = { ...DEFAULT_QUERY, range: "24h" };
    const timed = (readers: ComparisonReaders, query: CockpitQuery) => () =>
      p50Of(arrive, () => answer(database, readers, query, at));
    const rounds = await alternate<Record<"without" | "compared", number>>(
      ROUNDS,
      {
        without: timed(coldReaders(database), plain),
        compared: timed(coldReaders(database), { ...plain, compare: COMPARE_PREVIOUS }),
      },
      WARM_UP,
    );
    return toFigure({
      bench: "comparison",
      name: `${name}, 24h, JSON while beacons arrive`,
      unit: "ms of CPU",
      sample: `${ROUNDS} rounds of ${ANSWERS} answers, p50, each after ${ARRIVING} page views`,
      rounds: rounds.compared,
      baseline: { name: "without comparison", rounds: rounds.without },
      target: { of: "ratio", atMost: 1.5 },
    });
  } finally {
    await database.close();
  }
}

/** The verdicts of the page of releases while beacons arrive, computed in this process. */
export async function measureReleases(
  file: string,
  { buildVersion, releases: count, at }: { buildVersion: string; releases: number; at: number },
): Promise<Figure> {
  const database = await openDatabase(`file:${file}`);
  try {
    const arrive = arrivalsOf(database, buildVersion, at);
    const readers = coldReaders(database);
    const verdicts = async (): Promise<void> => {
      const releases = await queryReleases(database.read, RETENTION.hourly, at);
      const context = { releases, retention: RETENTION, now: at };
      const query: CockpitQuery = { ...DEFAULT_QUERY, range: "30d" };
      const { size } = await queryReleaseVerdicts(readers, releases.releases, query, context);
      if (size !== count) throw new Error(`${size} releases were compared instead of ${count}.`);
    };
    const { warm } = await alternate<{ warm: number }>(ROUNDS, { warm: () => p50Of(arrive, verdicts) }, 1);
    return toFigure({
      bench: "comparison",
      name: `${count} releases × ${PER_BEACON} metrics while beacons arrive`,
      unit: "ms of CPU",
      sample: `${ROUNDS} rounds of ${ANSWERS} answers, p50, each after ${ARRIVING} page views`,
      rounds: warm,
      target: { of: "value", atMost: 150 },
    });
  } finally {
    await database.close();
  }
}
