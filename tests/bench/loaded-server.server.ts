import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { now } from "../../app/platform/clock.server";
import { measurementsOf, PER_BEACON, requestOf } from "./beacons";
import type { BenchContext } from "./bench";
import { AT, insertDirectly } from "./commit.server";
import { type LoadResult, sendAll } from "./load.server";
import { cpuSeconds } from "./processes.server";
import { type RunningServer, startBareServer, startCockpit, startCollector } from "./servers.server";

/** Beacons of a round. */
export const BEACONS = 3_000;
export const CONNECTIONS = 64;

/** The bare server is faster, and needs more requests for a round of similar duration. */
const TIMES_FOR_BARE = 5;
export const REQUESTS_TO_BARE = TIMES_FOR_BARE * BEACONS;

/** Rounds before the first that counts: the compiler has optimised the paths of a beacon after some ten thousand. */
export const WARM_UP = 5;

/**
 * Describes the rounds of a figure.
 * @param beacons beacons of a round of the server
 */
export const sampleOf = (rounds: number, beacons = BEACONS): string =>
  `${rounds} rounds of ${beacons} beacons of ${PER_BEACON} measurements (bare: ${REQUESTS_TO_BARE}) over ${CONNECTIONS} connections`;

/** Rates, latencies, and the server's CPU time of a round. */
export type Round = LoadResult & { cpuMicroseconds: number };

type LoadOptions = { perSecond?: number; beacons?: number; path?: string };

/** A server with an empty database, and a source of new beacons. */
export type LoadedServer = {
  file: string;
  pid: number;
  /** Sends a round of new beacons, `BEACONS` by default. */
  round: (options?: LoadOptions) => Promise<Round>;
  /** Resolves when all that is stored is folded, by a cockpit that runs. */
  folded: () => Promise<void>;
  /**
   * Stops the server, and removes the database.
   * @throws Error if acknowledged and stored measurements differ in number
   */
  finish: () => Promise<void>;
};

export async function startLoaded(
  { workplace }: Pick<BenchContext, "workplace">,
  program: "cockpit" | "collector",
): Promise<LoadedServer> {
  const name = `${program}.db`;
  const file = workplace.file(name);
  const server = await (program === "cockpit" ? startCockpit(file) : startCollector(file));
  let views = 0;
  return {
    file,
    pid: server.pid,
    round: ({ perSecond, beacons = BEACONS, path } = {}) => {
      const requests = createRequests(views, beacons, path);
      views += beacons;
      return measured(server, requests, {
        connections: CONNECTIONS,
        ...(perSecond !== undefined && { perSecond }),
      });
    },
    folded: () => untilFolded(file),
    finish: async () => {
      await server.stop();
      const stored = countRows(file);
      workplace.remove(name);
      if (stored !== views * PER_BEACON) {
        throw new Error(`${views * PER_BEACON} measurements were acknowledged, and ${stored} are stored.`);
      }
    },
  };
}

/** The two baselines of beacons. */
export type Baselines = {
  /** A round of the bare HTTP server. */
  bare: (options?: LoadOptions) => Promise<Round>;
  /** Beacons per second of plain inserts of the same rows, without HTTP. */
  direct: () => Promise<number>;
  stop: () => Promise<void>;
};

export async function startBaselines({ workplace }: BenchContext): Promise<Baselines> {
  const bare = await startBareServer(workplace);
  const beacons = Array.from({ length: BEACONS }, (_, view) => measurementsOf(view, AT));
  return {
    bare: ({ perSecond } = {}) =>
      measured(bare, createRequests(0, BEACONS), {
        connections: CONNECTIONS,
        ...(perSecond === undefined ? { times: TIMES_FOR_BARE } : { perSecond }),
      }),
    direct: async () => (await insertDirectly(workplace, beacons)) / PER_BEACON,
    stop: bare.stop,
  };
}

/** Sends requests to a server; returns its CPU time a request, too. */
async function measured(
  { port, pid }: RunningServer,
  requests: readonly Buffer[],
  options: Parameters<typeof sendAll>[2],
): Promise<Round> {
  const before = cpuSeconds(pid);
  const result = await sendAll(port, requests, options);
  const seconds = cpuSeconds(pid) - before;
  return { ...result, cpuMicroseconds: (1e6 * seconds) / (requests.length * (options.times ?? 1)) };
}

/** Requests of recent page views with different ids. */
export function createRequests(first: number, count: number, path?: string): Buffer[] {
  const at = now() - 1_000;
  return Array.from({ length: count }, (_, i) => requestOf(first + i, at, path));
}

async function untilFolded(file: string): Promise<void> {
  const database = new Sqlite(file, { readonly: true });
  try {
    const pending = database.prepare("SELECT 1 FROM measurements WHERE pending IS NOT NULL LIMIT 1");
    while (pending.get() !== undefined) await pause(100);
  } finally {
    database.close();
  }
}

/** Measurements that a database holds. */
export function countRows(file: string): number {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare("SELECT count(*) FROM measurements").pluck().get() as number;
  } finally {
    database.close();
  }
}

/** The lower of both baselines, round by round, in beacons per second. */
export const lowerOf = (bare: readonly Round[], direct: readonly number[]): number[] =>
  bare.map(({ perSecond }, i) => Math.min(perSecond, direct[i] ?? 0));

export const LOWER = "the lower of bare node:http and direct inserts";
