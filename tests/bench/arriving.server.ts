import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import type { ComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleaseVerdicts } from "../../app/query/comparison/release-verdicts.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { foldBatch } from "../../app/rollup/fold.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { answer, coldReaders, cpuOf, refreshedReaders } from "./answers.server";
import { measurementsOf, PER_BEACON } from "./beacons";
import { type Figure, toFigure } from "./figures";
import { RETENTION } from "./read.server";
import { alternate } from "./rounds";

const ROUNDS = 5;
const ANSWERS = 10;
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

/** The mean CPU time of answers one after the other, each after page views that arrived. */
async function meanOf(arrive: () => Promise<void>, work: () => Promise<unknown>): Promise<number> {
  let sum = 0;
  for (let i = 0; i < ANSWERS; i += 1) {
    await arrive();
    sum += await cpuOf(work);
  }
  return sum / ANSWERS;
}

const SAMPLE = `${ROUNDS} rounds of ${ANSWERS} answers in a row, mean, each after ${ARRIVING} page views`;

/**
 * The JSON response with warm caches while beacons arrive, computed in this process, with and without comparison: as the
 * application does it, and with a comparison that is computed again for each answer.
 */
export async function measureArriving(
  file: string,
  { name, buildVersion, at }: { name: string; buildVersion: string; at: number },
): Promise<Figure[]> {
  const database = await openDatabase(`file:${file}`);
  try {
    const arrive = arrivalsOf(database, buildVersion, at);
    const plain: CockpitQuery = { ...DEFAULT_QUERY, range: "24h" };
    const comparing: CockpitQuery = { ...plain, compare: COMPARE_PREVIOUS };
    const timed = (readers: ComparisonReaders, query: CockpitQuery) => () =>
      meanOf(arrive, () => answer(database, readers, query, at));
    const rounds = await alternate<Record<"without" | "compared" | "again", number>>(
      ROUNDS,
      {
        without: timed(coldReaders(database), plain),
        compared: timed(refreshedReaders(database), comparing),
        again: timed(coldReaders(database), comparing),
      },
      WARM_UP,
    );
    const figure = {
      bench: "comparison",
      unit: "ms of CPU",
      sample: SAMPLE,
      baseline: { name: "without comparison", rounds: rounds.without },
    };
    return [
      toFigure({
        ...figure,
        name: `${name}, 24h, JSON while beacons arrive`,
        rounds: rounds.compared,
        target: { of: "ratio", atMost: 1.5 },
      }),
      toFigure({ ...figure, name: `${name}, the same, each compared again`, rounds: rounds.again }),
    ];
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
    const { warm } = await alternate<{ warm: number }>(ROUNDS, { warm: () => meanOf(arrive, verdicts) }, 1);
    return toFigure({
      bench: "comparison",
      name: `${count} releases × ${PER_BEACON} metrics while beacons arrive`,
      unit: "ms of CPU",
      sample: SAMPLE,
      rounds: warm,
      target: { of: "value", atMost: 150 },
    });
  } finally {
    await database.close();
  }
}
