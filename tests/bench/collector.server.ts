import { readFileSync } from "node:fs";
import { measurementsOf, PER_BEACON } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { AT, insertDirectly } from "./commit.server";
import { type Figure, type Measured, toFigure } from "./figures";
import { countRows, createRequests } from "./ingest.server";
import { type LoadResult, sendAll } from "./load.server";
import { alternate } from "./rounds";
import { type RunningServer, startBareServer, startCockpit, startCollector } from "./servers.server";
import { median } from "./statistics";

const ROUNDS = 5;
const BEACONS = 3_000;
const CONNECTIONS = 64;
/** Passes over the requests in a round. */
const TIMES_FOR_BARE = 5;
const ROUNDS_BESIDE_FOLD = 3;

/** Linux counts the CPU time of a process in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process so far, all threads, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process, in MB. */
const residentMegabytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024;

type Round = LoadResult & { cpuMicroseconds: number };

/** Sends beacons to a server; returns its CPU time a beacon, too. */
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

export const collectorBench: Bench = {
  title: "beacons through the collector, answered when they are durable",
  async run({ workplace, log }) {
    const file = workplace.file("collector.db");
    const collector = await startCollector(file);
    const bare = await startBareServer(workplace);
    const beacons = Array.from({ length: BEACONS }, (_, view) => measurementsOf(view, AT));
    let views = 0;
    const send = (perSecond?: number): Promise<Round> => {
      const requests = createRequests(views);
      views += requests.length;
      return measured(collector, requests, { connections: CONNECTIONS, ...(perSecond && { perSecond }) });
    };
    const rounds = await alternate(ROUNDS, {
      bare: () => measured(bare, createRequests(0), { connections: CONNECTIONS, times: TIMES_FOR_BARE }),
      collector: () => send(),
      direct: async () => (await insertDirectly(workplace, beacons)) / PER_BEACON,
    });
    await bare.stop();
    const perSecond = rounds.collector.map((round) => round.perSecond);
    log("collector: the same at half that rate, while a cockpit folds");
    const beside = await besideFold(file, () => send(median(perSecond) / 2));
    const memory = residentMegabytes(collector.pid);
    await collector.stop();
    await checkStored({ workplace, log }, views);

    const sample = `${ROUNDS} rounds of ${BEACONS} beacons of ${PER_BEACON} measurements (bare: ${TIMES_FOR_BARE * BEACONS}) over ${CONNECTIONS} connections`;
    const figure = (one: Omit<Measured, "bench" | "sample">): Figure =>
      toFigure({ bench: "collector", sample, ...one });
    const lower = rounds.bare.map((round, i) => Math.min(round.perSecond, rounds.direct[i] ?? 0));
    return [
      figure({
        name: "collector, durable",
        unit: "beacons/s",
        rounds: perSecond,
        baseline: { name: "the lower of bare node:http and direct inserts", rounds: lower },
        target: { of: "ratio", atLeast: 0.5 },
      }),
      figure({
        name: "collector, durable",
        unit: "beacons/s",
        rounds: perSecond,
        baseline: { name: "bare node:http", rounds: rounds.bare.map((round) => round.perSecond) },
      }),
      figure({
        name: "collector, durable",
        unit: "beacons/s",
        rounds: perSecond,
        baseline: { name: "better-sqlite3, one prepared transaction, no HTTP", rounds: rounds.direct },
      }),
      figure({
        name: "CPU a beacon",
        unit: "µs",
        rounds: rounds.collector.map((round) => round.cpuMicroseconds),
        baseline: { name: "bare node:http", rounds: rounds.bare.map((round) => round.cpuMicroseconds) },
        target: { of: "ratio", atMost: 2.2 },
      }),
      figure({ name: "latency p50", unit: "ms", rounds: rounds.collector.map(({ p50 }) => p50) }),
      figure({ name: "latency p99", unit: "ms", rounds: rounds.collector.map(({ p99 }) => p99) }),
      figure({
        name: "latency p99 at half that rate, a cockpit folding",
        unit: "ms",
        rounds: beside.map(({ p99 }) => p99),
        target: { of: "value", atMost: 50 },
      }),
      figure({
        name: "resident memory at the end",
        unit: "MB",
        rounds: [memory],
        target: { of: "value", atMost: 200 },
      }),
    ];
  },
};

/** Rounds of beacons while a cockpit folds them, and those that came before. */
async function besideFold(file: string, round: () => Promise<Round>): Promise<Round[]> {
  const cockpit = await startCockpit(file);
  const results: Round[] = [];
  for (let i = 0; i < ROUNDS_BESIDE_FOLD; i += 1) results.push(await round());
  await cockpit.stop();
  return results;
}

async function checkStored({ workplace }: BenchContext, views: number): Promise<void> {
  const stored = countRows(workplace.file("collector.db"));
  workplace.remove("collector.db");
  if (stored !== views * PER_BEACON) {
    throw new Error(`${views * PER_BEACON} measurements were acknowledged, and ${stored} are stored.`);
  }
}
