import { copyFileSync } from "node:fs";
import { type SampleOptions, sampleBeacons } from "../../app/cli/sample/sample";
import { monotonic } from "../../app/platform/clock.server";
import { foldBatch } from "../../app/rollup/fold.server";
import { SERVER_FOLD_BATCH } from "../../app/runtime/rollup.server";
import { packSketch } from "../../app/stats/sketch/packed-sketch";
import { scaleOf } from "../../app/stats/sketch/scale";
import { addValue, createSketch, type Sketch } from "../../app/stats/sketch/sketch";
import { openDatabase } from "../../app/storage/database.server";
import { countPending, storeMeasurements } from "../../app/storage/measurements.server";
import type { Retention } from "../../app/storage/summary-sets";
import type { Measurement } from "../../app/vitals/measurement";
import { navigationClassOf } from "../../app/vitals/navigation";
import { DAY, HOUR } from "../../app/vitals/time";
import { PER_BEACON } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { toFigure } from "./figures";
import { startIngest } from "./ingest.server";
import { alternate } from "./rounds";

const ROUNDS = 5;
const END = Date.UTC(2026, 10, 22, 20);
const HOURS = 4;

/** About a ninth are repeated reports; more than 200,000 measurements remain. */
const TRAFFIC: SampleOptions = {
  window: { from: END - HOURS * HOUR, to: END },
  measurements: 240_000,
  seed: 1,
  routes: 50,
};

const RETENTION: Retention = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };

/** Measurements per insert when the database is filled. */
const INSERT_BATCH = 20_000;

export const foldBench: Bench = {
  title: "measurements into all six tables of summaries and the other tables of the fold",
  async run(context) {
    const { workplace, log } = context;
    log("fold: storing measurements");
    const measurements = latest(sampleBeacons(TRAFFIC));
    const pending = await fill(workplace, measurements);
    log("fold: folding them, and ingest in between");
    const ingest = await startIngest(context);
    const { inMemory, folded, ingested } = await alternate(ROUNDS, {
      inMemory: async () => sketchInMemory(measurements),
      folded: () => foldAll(workplace, pending),
      ingested: async () => (await ingest.round()).perSecond * PER_BEACON,
    });
    await ingest.finish();
    const sample = `${ROUNDS} rounds of ${pending} measurements of ${TRAFFIC.routes} routes in ${HOURS} hours, ${SERVER_FOLD_BATCH} a batch`;
    const rounds = { bench: "fold", unit: "measurements/s", rounds: folded };
    return [
      toFigure({
        ...rounds,
        name: "fold",
        baseline: { name: "hourly sketches in memory, nothing stored", rounds: inMemory },
        sample,
      }),
      toFigure({
        ...rounds,
        name: "fold beside ingest",
        baseline: { name: "ingest through the Remix route", rounds: ingested },
        target: { of: "ratio", atLeast: 3 },
        sample,
      }),
    ];
  },
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

/** Stores measurements in `pending.db` without folding them; returns their number. */
async function fill(workplace: BenchContext["workplace"], measurements: Measurement[]): Promise<number> {
  const database = await openDatabase(`file:${workplace.file("pending.db")}`);
  try {
    for (let i = 0; i < measurements.length; i += INSERT_BATCH) {
      await storeMeasurements(database.write, measurements.slice(i, i + INSERT_BATCH), END);
    }
    return await countPending(database.read, measurements.length + 1);
  } finally {
    await database.close();
  }
}

async function foldAll(workplace: BenchContext["workplace"], pending: number): Promise<number> {
  workplace.remove("fold.db");
  copyFileSync(workplace.file("pending.db"), workplace.file("fold.db"));
  const database = await openDatabase(`file:${workplace.file("fold.db")}`);
  try {
    const start = monotonic();
    let folded = 0;
    for (let batch = SERVER_FOLD_BATCH; batch === SERVER_FOLD_BATCH; folded += batch) {
      batch = await foldBatch(database, SERVER_FOLD_BATCH, RETENTION, END);
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
