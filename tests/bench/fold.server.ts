import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { type SampleOptions, sampleBeacons } from "../../app/cli/sample/sample";
import { monotonic } from "../../app/platform/clock.server";
import { foldBatch } from "../../app/rollup/fold.server";
import { newFoldSession } from "../../app/rollup/fold-session.server";
import { SERVER_FOLD_BATCH } from "../../app/runtime/rollup.server";
import { packSketch } from "../../app/stats/sketch/packed-sketch";
import { scaleOf } from "../../app/stats/sketch/scale";
import { addValue, createSketch, type Sketch } from "../../app/stats/sketch/sketch";
import { openDatabase } from "../../app/storage/database.server";
import { countPending, storeMeasurements } from "../../app/storage/measurements.server";
import type { Retention } from "../../app/storage/summary-sets";
import type { Measurement } from "../../app/vitals/measurement";
import { navigationClassOf } from "../../app/vitals/navigation";
import { DAY, FIVE_MINUTES, HOUR } from "../../app/vitals/time";
import { PER_BEACON } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { toFigure } from "./figures";
import { startLoaded } from "./loaded-server.server";
import { alternate } from "./rounds";

const ROUNDS = 3;
const END = Date.UTC(2026, 10, 22, 20);
const HOURS = 4;

/** About a ninth are repeated reports; more than 200,000 measurements remain. */
const SPARSE: SampleOptions = {
  window: { from: END - HOURS * HOUR, to: END },
  measurements: 240_000,
  seed: 1,
  routes: 50,
};

/** As many measurements as a collector at its full rate stores in some seconds. */
const DENSE: SampleOptions = { ...SPARSE, window: { from: END - FIVE_MINUTES, to: END } };

const RETENTION: Retention = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };

/** Measurements per insert when the database is filled. */
const INSERT_BATCH = 20_000;

/** Beacons of a round of the collector, which has no other warm-up than these. */
const COLLECTED = 6_000;

export const foldBench: Bench = async (context) => {
  const { workplace, log } = context;
  log("fold: storing measurements");
  const sparse = latest(sampleBeacons(SPARSE));
  const dense = latest(sampleBeacons(DENSE));
  const pending = {
    sparse: await fill(workplace, "sparse.db", sparse),
    dense: await fill(workplace, "dense.db", dense),
  };
  log("fold: folding them, and a collector in between");
  const collector = await startLoaded(context, "collector");
  const rounds = await alternate(ROUNDS, {
    inMemory: async () => sketchInMemory(sparse),
    sparse: () => foldAll(workplace, "sparse.db", pending.sparse),
    dense: () => foldAll(workplace, "dense.db", pending.dense),
    collected: async () => (await collector.round({ beacons: COLLECTED })).perSecond * PER_BEACON,
  });
  await collector.finish();
  const figure = (of: "sparse" | "dense", time: string) => ({
    bench: "fold",
    unit: "measurements/s",
    rounds: rounds[of],
    sample: `${ROUNDS} rounds of ${pending[of]} measurements of ${SPARSE.routes} routes in ${time}, ${SERVER_FOLD_BATCH} a batch`,
  });
  return [
    toFigure({
      ...figure("sparse", `${HOURS} hours`),
      name: "fold",
      baseline: { name: "hourly sketches in memory, nothing stored", rounds: rounds.inMemory },
      target: { of: "ratio", atLeast: 0.22 },
    }),
    toFigure({
      ...figure("dense", "five minutes"),
      name: "fold at full density",
      baseline: { name: "the collector's rate", rounds: rounds.collected },
      target: { of: "ratio", atLeast: 2 },
    }),
  ];
};

/** One measurement per id, with its last value. */
function latest(beacons: Iterable<{ measurements: Measurement[] }>): Measurement[] {
  const byId = new Map<string, Measurement>();
  for (const { measurements } of beacons) {
    for (const measurement of measurements) {
      const { receivedAt } = byId.get(measurement.id) ?? measurement;
      byId.set(measurement.id, { ...measurement, receivedAt });
    }
  }
  return [...byId.values()];
}

/** Stores measurements in the file `name` without folding them; returns their number. */
async function fill(
  workplace: BenchContext["workplace"],
  name: string,
  measurements: Measurement[],
): Promise<number> {
  const database = await openDatabase(`file:${workplace.file(name)}`);
  try {
    for (let i = 0; i < measurements.length; i += INSERT_BATCH) {
      await storeMeasurements(database.write, measurements.slice(i, i + INSERT_BATCH), END);
    }
    return await countPending(database.read, measurements.length + 1);
  } finally {
    await database.close();
  }
}

/** Folds a copy of the file `name` with the parts of a server; returns measurements per second. */
async function foldAll(workplace: BenchContext["workplace"], name: string, pending: number): Promise<number> {
  workplace.remove("fold.db");
  copyFileSync(workplace.file(name), workplace.file("fold.db"));
  const database = await openDatabase(`file:${workplace.file("fold.db")}`, {
    writerScript: join(workplace.root, "build", "writer.js"),
  });
  try {
    const session = newFoldSession(database.read);
    const start = monotonic();
    let folded = 0;
    for (let batch = SERVER_FOLD_BATCH; batch === SERVER_FOLD_BATCH; folded += batch) {
      batch = await foldBatch(database, SERVER_FOLD_BATCH, RETENTION, END, { session });
    }
    const ms = monotonic() - start;
    if (folded !== pending) throw new Error(`${folded} of ${pending} measurements were folded.`);
    return (1000 * folded) / ms;
  } finally {
    await database.close();
  }
}

/** The minimal work of a fold: a packed sketch per hour, metric, route, device, navigation and build. */
function sketchInMemory(measurements: readonly Measurement[]): number {
  const start = monotonic();
  const sketches = new Map<string, Sketch>();
  for (const { metric, value, route, device, navigationType, buildVersion, receivedAt } of measurements) {
    const hour = Math.floor(receivedAt / HOUR);
    const key = `${hour} ${metric} ${route} ${device} ${navigationClassOf(navigationType)} ${buildVersion}`;
    let sketch = sketches.get(key);
    if (sketch === undefined) {
      sketch = createSketch(scaleOf(metric));
      sketches.set(key, sketch);
    }
    addValue(sketch, value);
  }
  let bytes = 0;
  for (const sketch of sketches.values()) bytes += packSketch(sketch).length;
  const ms = monotonic() - start;
  if (bytes === 0) throw new Error("There is nothing to fold.");
  return (1000 * measurements.length) / ms;
}
