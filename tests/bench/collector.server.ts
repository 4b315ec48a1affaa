import type { Bench } from "./bench";
import { type Figure, type Measured, toFigure } from "./figures";
import {
  LOWER,
  lowerOf,
  REQUESTS_TO_BARE,
  sampleOf,
  startBaselines,
  startLoaded,
  WARM_UP,
} from "./loaded-server.server";
import { alternate } from "./rounds";

const ROUNDS = 5;

/** As many as the bare server gets, so that the compiler has seen the code of both equally often. */
const BEACONS = REQUESTS_TO_BARE;

export const collectorBench: Bench = async (context) => {
  const collector = await startLoaded(context, "collector");
  const baselines = await startBaselines(context);
  const rounds = await alternate(
    ROUNDS,
    {
      bare: () => baselines.bare(),
      collector: () => collector.round({ beacons: BEACONS }),
      direct: baselines.direct,
    },
    WARM_UP,
  );
  await baselines.stop();
  await collector.finish();

  const figure = (one: Omit<Measured, "bench" | "sample">): Figure =>
    toFigure({ bench: "collector", sample: sampleOf(ROUNDS, BEACONS), ...one });
  const perSecond = {
    name: "collector, durable",
    unit: "beacons/s",
    rounds: rounds.collector.map((round) => round.perSecond),
  };
  const bareOf = (of: "perSecond" | "p50" | "p99" | "cpuMicroseconds") => ({
    name: "bare node:http",
    rounds: rounds.bare.map((round) => round[of]),
  });
  return [
    figure({
      ...perSecond,
      baseline: { name: LOWER, rounds: lowerOf(rounds.bare, rounds.direct) },
      target: { of: "ratio", atLeast: 0.5 },
    }),
    figure({ ...perSecond, baseline: bareOf("perSecond") }),
    figure({
      ...perSecond,
      baseline: { name: "better-sqlite3, one prepared transaction, no HTTP", rounds: rounds.direct },
    }),
    figure({
      name: "CPU a beacon",
      unit: "µs",
      rounds: rounds.collector.map((round) => round.cpuMicroseconds),
      baseline: bareOf("cpuMicroseconds"),
      target: { of: "ratio", atMost: 2.2 },
    }),
    figure({
      name: "latency p50",
      unit: "ms",
      rounds: rounds.collector.map(({ p50 }) => p50),
      baseline: bareOf("p50"),
    }),
    figure({
      name: "latency p99",
      unit: "ms",
      rounds: rounds.collector.map(({ p99 }) => p99),
      baseline: bareOf("p99"),
    }),
  ];
};
