import Sqlite from "better-sqlite3";
import { now } from "../../app/platform/clock.server";
import { PER_BEACON, requestOf } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { type Figure, type Target, toFigure } from "./figures";
import { type LoadResult, sendAll } from "./load.server";
import { alternate } from "./rounds";
import { startBareServer, startCockpit } from "./servers.server";

const ROUNDS = 5;
const BEACONS = 3_000;
const CONNECTIONS = 64;

/** The bare server is faster, and needs more requests for a round of similar duration. */
const TIMES_FOR_BARE = 5;

const SAMPLE = `${ROUNDS} rounds of ${BEACONS} beacons of ${PER_BEACON} measurements (bare: ${TIMES_FOR_BARE * BEACONS}) over ${CONNECTIONS} connections`;

/** The built application with an empty database, and a source of beacons. */
export type Ingest = {
  /** Sends a round of new beacons. */
  round: () => Promise<LoadResult>;
  /**
   * Stops the application.
   * @throws Error if acknowledged and stored measurements differ in number
   */
  finish: () => Promise<void>;
};

export async function startIngest({ workplace }: BenchContext): Promise<Ingest> {
  const file = workplace.file("ingest.db");
  const cockpit = await startCockpit(file);
  let views = 0;
  return {
    round: () => {
      const requests = createRequests(views);
      views += BEACONS;
      return sendAll(cockpit.port, requests, { connections: CONNECTIONS });
    },
    finish: async () => {
      await cockpit.stop();
      const stored = countRows(file);
      workplace.remove("ingest.db");
      if (stored !== views * PER_BEACON) {
        throw new Error(`${views * PER_BEACON} measurements were acknowledged, and ${stored} are stored.`);
      }
    },
  };
}

/** Requests of recent page views with different ids. */
export function createRequests(first: number): Buffer[] {
  const at = now() - 1_000;
  return Array.from({ length: BEACONS }, (_, i) => requestOf(first + i, at));
}

export function countRows(file: string): number {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get() as number;
  } finally {
    database.close();
  }
}

export const ingestBench: Bench = {
  title: "beacons through the Remix route of the built server, answered when they are durable",
  async run(context) {
    const ingest = await startIngest(context);
    const bare = await startBareServer(context.workplace);
    const rounds = await alternate(ROUNDS, {
      bare: () => sendAll(bare.port, createRequests(0), { connections: CONNECTIONS, times: TIMES_FOR_BARE }),
      cockpit: ingest.round,
    });
    await bare.stop();
    await ingest.finish();
    const figure = (
      name: string,
      unit: string,
      of: (result: LoadResult) => number,
      target?: Target,
    ): Figure =>
      toFigure({
        bench: "ingest",
        name,
        unit,
        rounds: rounds.cockpit.map(of),
        baseline: { name: "bare node:http", rounds: rounds.bare.map(of) },
        ...(target !== undefined && { target }),
        sample: SAMPLE,
      });
    return [
      figure("Remix route, durable", "beacons/s", ({ perSecond }) => perSecond, {
        of: "ratio",
        atLeast: 0.08,
      }),
      figure("latency p50", "ms", ({ p50 }) => p50),
      figure("latency p99", "ms", ({ p99 }) => p99),
    ];
  },
};
