import type { Bench } from "./bench";
import { measureSyncs } from "./disk.server";
import { type Target, toFigure } from "./figures";
import { CONNECTIONS, REQUESTS_TO_BARE, startBaselines, startLoaded, WARM_UP } from "./loaded-server.server";
import { alternate } from "./rounds";
import { startCockpit } from "./servers.server";
import { median } from "./statistics";

const ROUNDS = 5;
const ROUNDS_AT_FULL_RATE = 3;

/** Beacons of a round, so that it lasts several seconds and the fold runs in each. */
const BEACONS = 6_000;

export const acknowledgementBench: Bench = async (context) => {
  const collector = await startLoaded(context, "collector");
  // As in the part that measures the full rate.
  const fullRound = () => collector.round({ beacons: REQUESTS_TO_BARE });
  const full = await alternate(ROUNDS_AT_FULL_RATE, { collector: fullRound }, WARM_UP);
  const rate = median(full.collector.map(({ perSecond }) => perSecond));
  context.log(`acknowledgement: at ${Math.round(rate / 2)} beacons/s, half of the full rate`);
  const baselines = await startBaselines(context);
  const perSecond = rate / 2;
  const cockpit = await startCockpit(collector.file);
  // What the rounds at the full rate left: at half of it, no server has so much to fold.
  await collector.folded();
  const rounds = await alternate(ROUNDS, {
    bare: () => baselines.bare({ perSecond }),
    collector: () => collector.round({ perSecond, beacons: BEACONS }),
    disk: async () => measureSyncs(context.workplace.file("syncs")),
  });
  await cockpit.stop();
  await baselines.stop();
  await collector.finish();
  const figure = (
    of: "p50" | "p99",
    baseline: { name: string; rounds: readonly Record<"p50" | "p99", number>[] },
    target: Target | null,
  ) =>
    toFigure({
      bench: "acknowledgement",
      name: `latency ${of} at half the full rate, a cockpit folding`,
      unit: "ms",
      rounds: rounds.collector.map((round) => round[of]),
      baseline: { name: baseline.name, rounds: baseline.rounds.map((round) => round[of]) },
      ...(target !== null && { target }),
      sample: `${ROUNDS} rounds of ${BEACONS} beacons at ${Math.round(perSecond)}/s over ${CONNECTIONS} connections, from when each was due`,
    });
  const bare = { name: "bare node:http, same rate", rounds: rounds.bare };
  const disk = { name: "fsync of 16 KiB", rounds: rounds.disk };
  return [
    figure("p50", bare, null),
    figure("p50", disk, null),
    figure("p99", bare, { of: "value", atMost: 50 }),
    figure("p99", disk, null),
  ];
};
