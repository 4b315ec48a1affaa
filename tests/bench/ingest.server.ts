import Sqlite from "better-sqlite3";
import { now } from "../../app/platform/clock.server";
import { PER_BEACON, requestOf } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { type Figure, toFigure } from "./figures";
import { type LoadResult, sendAll } from "./load.server";
import { alternate } from "./rounds";
import { startBareServer, startCockpit } from "./servers.server";
import { median } from "./statistics";

const ROUNDS = 5;
const BEACONS = 3_000;
const CONNECTIONS = 64;

/** The bare server is so much faster that it needs more requests to be measured as long. */
const TIMES_FOR_BARE = 5;

const SAMPLE = `${ROUNDS} rounds of ${BEACONS} beacons of ${PER_BEACON} measurements (bare: ${TIMES_FOR_BARE * BEACONS}) over ${CONNECTIONS} connections`;

export type IngestRounds = { cockpit: LoadResult[]; bare: LoadResult[] };

/**
 * Sends beacons to the built application and, by turns, to a bare server.
 * @throws Error when one is not answered 204, or is not found in the database afterwards
 */
export async function measureIngest({ workplace }: BenchContext): Promise<IngestRounds> {
  const file = workplace.file("ingest.db");
  const cockpit = await startCockpit(workplace, file);
  const bare = await startBareServer(workplace);
  let views = 0;
  try {
    const rounds = await alternate(ROUNDS, {
      bare: () => sendAll(bare.port, makeRequests(0), { connections: CONNECTIONS, times: TIMES_FOR_BARE }),
      cockpit: () => {
        const requests = makeRequests(views);
        views += BEACONS;
        return sendAll(cockpit.port, requests, { connections: CONNECTIONS });
      },
    });
    await cockpit.stop();
    const stored = countRows(file);
    if (stored !== views * PER_BEACON) {
      throw new Error(`${views * PER_BEACON} measurements were acknowledged, and ${stored} are stored.`);
    }
    return rounds;
  } finally {
    await cockpit.stop();
    await bare.stop();
    workplace.remove("ingest.db");
  }
}

/** Of page views that were opened lately; each has ids of its own. */
function makeRequests(first: number): Buffer[] {
  const at = now() - 1_000;
  return Array.from({ length: BEACONS }, (_, i) => requestOf(first + i, at));
}

function countRows(file: string): number {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get() as number;
  } finally {
    database.close();
  }
}

/** Beacons a second that the route takes. */
export const ingestRateOf = ({ cockpit }: IngestRounds): number =>
  median(cockpit.map(({ perSecond }) => perSecond));

export const ingestFigures = ({ cockpit, bare }: IngestRounds): Figure[] => {
  const figure = (name: string, unit: string, of: (result: LoadResult) => number): Figure =>
    toFigure({
      bench: "ingest",
      name,
      unit,
      rounds: cockpit.map(of),
      baseline: { name: "bare node:http", rounds: bare.map(of) },
      sample: SAMPLE,
    });
  return [
    figure("Remix route, durable", "beacons/s", ({ perSecond }) => perSecond),
    figure("latency p50", "ms", ({ p50 }) => p50),
    figure("latency p99", "ms", ({ p99 }) => p99),
  ];
};

export const ingestBench = (measure: (context: BenchContext) => Promise<IngestRounds>): Bench => ({
  title: "beacons through the Remix route of the built server, answered when they are durable",
  run: async (context) => ingestFigures(await measure(context)),
});
