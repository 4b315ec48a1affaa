import { BEACON_PATH } from "./beacons";
import type { Bench } from "./bench";
import { type Figure, type Measured, toFigure } from "./figures";
import { LOWER, lowerOf, sampleOf, startBaselines, startLoaded, WARM_UP } from "./loaded-server.server";
import { alternate } from "./rounds";

const ROUNDS = 3;

/** A spelling of the path that is left to the route of Remix. */
const REMIX_PATH = `${BEACON_PATH}/`;

export const ingestBench: Bench = async (context) => {
  const cockpit = await startLoaded(context, "cockpit");
  const baselines = await startBaselines(context);
  const rounds = await alternate(
    ROUNDS,
    {
      bare: () => baselines.bare(),
      cockpit: () => cockpit.round(),
      direct: baselines.direct,
      remix: () => cockpit.round({ path: REMIX_PATH }),
    },
    WARM_UP,
  );
  await baselines.stop();
  await cockpit.finish();
  const bareOf = (of: "p50" | "p99" | "cpuMicroseconds") => ({
    name: "bare node:http",
    rounds: rounds.bare.map((round) => round[of]),
  });
  const figure = (one: Omit<Measured, "bench" | "sample">): Figure =>
    toFigure({ bench: "ingest", sample: sampleOf(ROUNDS), ...one });
  return [
    figure({
      name: "cockpit, durable",
      unit: "beacons/s",
      rounds: rounds.cockpit.map(({ perSecond }) => perSecond),
      baseline: { name: LOWER, rounds: lowerOf(rounds.bare, rounds.direct) },
      target: { of: "ratio", atLeast: 0.08 },
    }),
    figure({
      name: "its Remix route, durable",
      unit: "beacons/s",
      rounds: rounds.remix.map(({ perSecond }) => perSecond),
      baseline: { name: LOWER, rounds: lowerOf(rounds.bare, rounds.direct) },
    }),
    figure({
      name: "CPU a beacon, its fold included",
      unit: "µs",
      rounds: rounds.cockpit.map(({ cpuMicroseconds }) => cpuMicroseconds),
      baseline: bareOf("cpuMicroseconds"),
    }),
    figure({
      name: "latency p50",
      unit: "ms",
      rounds: rounds.cockpit.map(({ p50 }) => p50),
      baseline: bareOf("p50"),
    }),
    figure({
      name: "latency p99",
      unit: "ms",
      rounds: rounds.cockpit.map(({ p99 }) => p99),
      baseline: bareOf("p99"),
    }),
  ];
};
