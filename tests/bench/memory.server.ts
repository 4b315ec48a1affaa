import type { Bench } from "./bench";
import { toFigure } from "./figures";
import { BEACONS, startLoaded } from "./loaded-server.server";
import { residentMegabytes } from "./processes.server";
import { median } from "./statistics";

const BY_DEFAULT = 150_000;
const IN_FULL = 1_000_000;

/** Rounds of beacons before the baseline. */
const PARTS = 5;

export const memoryBench: Bench = async (context) => {
  const collector = await startLoaded(context, "collector");
  const idle = residentMegabytes(collector.pid).now;
  const beacons = context.isFull ? IN_FULL : BY_DEFAULT;
  const rounds = beacons / BEACONS;
  const after: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    await collector.round();
    after.push(residentMegabytes(collector.pid).now);
  }
  const { peak } = residentMegabytes(collector.pid);
  await collector.finish();
  const sample = `${beacons.toLocaleString("en-US")} beacons at the full rate, read after each ${BEACONS}`;
  const part = Math.floor(rounds / PARTS);
  return [
    toFigure({
      bench: "memory",
      name: "resident memory, most",
      unit: "MB",
      rounds: [peak],
      baseline: { name: "idle, before the first beacon", rounds: [idle] },
      target: { of: "value", atMost: 200 },
      sample,
    }),
    toFigure({
      bench: "memory",
      name: "resident memory, median of the last fifth",
      unit: "MB",
      rounds: [median(after.slice(-part))],
      baseline: { name: "of the second fifth", rounds: [median(after.slice(part, 2 * part))] },
      target: { of: "ratio", atMost: 1.1 },
      sample,
    }),
  ];
};
