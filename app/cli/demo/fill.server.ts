import { mergeReports } from "../../ingest/merge-reports";
import type { Clock } from "../../platform/clock.server";
import { sqliteUrl } from "../../platform/sqlite-url";
import { foldBatch, foldUnstored } from "../../rollup/fold.server";
import { type Database, openDatabase } from "../../storage/database.server";
import { storeMeasurements } from "../../storage/measurements.server";
import { insertSetting } from "../../storage/settings.server";
import type { Retention } from "../../storage/summary-sets";
import type { Measurement } from "../../vitals/measurement";
import { type SampleOptions, sampleBeacons } from "../sample/sample";
import { LONGEST_VIEW } from "../sample/visits";

/** Setting with the creation of a database's sample, in ms since the epoch. */
export const SAMPLE_CREATED_AT = "demo-sample-made-at";

/** Measurements per transaction and per fold: large, because no other process uses the database. */
const STORE_BATCH = 20_000;
const DEMO_FOLD_BATCH = 100_000;

export type FillOptions = SampleOptions & {
  retention: Retention & { raw: number };
  clock: Clock;
  /** Called after each transaction with the number of stored measurements. */
  onProgress: (stored: number) => void;
};

/**
 * Creates a database with synthetic measurements, folded like those of a real site. Its creation is recorded at the end,
 * so that an interrupted run leaves no valid sample.
 * @param path of a file that does not exist yet
 * @returns the number of measurements
 */
export async function fillDatabase(path: string, options: FillOptions): Promise<number> {
  const { window, retention, clock, onProgress } = options;
  const database = await openDatabase(sqliteUrl(path));
  try {
    let batch: Measurement[] = [];
    let stored = 0;
    let pending = 0;
    const store = async (): Promise<void> => {
      const merged = mergeReports(batch);
      await database.transaction("background", (tx) => storeMeasurements(tx, merged, clock()));
      stored += batch.length;
      pending += batch.length;
      batch = [];
      if (pending >= DEMO_FOLD_BATCH) pending -= await fold(database, options);
      onProgress(stored);
    };
    const rawFrom = window.to - retention.raw;
    const old = new OldMeasurements();
    const foldOld = async (receivedBefore: number): Promise<void> => {
      const measurements = old.removeBefore(receivedBefore);
      await foldUnstored(database, measurements, retention, clock());
      stored += measurements.length;
      onProgress(stored);
    };
    for (const beacon of sampleBeacons(options)) {
      for (const measurement of beacon.measurements) {
        if (beacon.receivedAt < rawFrom || old.has(measurement)) old.add(measurement);
        else batch.push(measurement);
      }
      if (old.size >= DEMO_FOLD_BATCH && beacon.receivedAt < rawFrom) {
        await foldOld(beacon.receivedAt - LONGEST_VIEW);
      }
      if (batch.length >= STORE_BATCH) await store();
    }
    await foldOld(window.to);
    await store();
    while ((await fold(database, options)) > 0) onProgress(stored);
    await insertSetting(database.write, { key: SAMPLE_CREATED_AT, value: String(clock()) });
    return stored;
  } finally {
    await database.close();
  }
}

/** Measurements that are older than the raw retention: they go into the summaries at once, when no report can follow. */
class OldMeasurements {
  /** By id, in the order of their first reports. */
  readonly #byId = new Map<string, Measurement>();

  get size(): number {
    return this.#byId.size;
  }

  has({ id }: Measurement): boolean {
    return this.#byId.has(id);
  }

  add(report: Measurement): void {
    const earlier = this.#byId.get(report.id);
    const [merged = report] = earlier === undefined ? [] : mergeReports([earlier, report]);
    // Attribution is read from stored measurements only.
    this.#byId.set(report.id, { ...merged, attribution: null });
  }

  /** Removes and returns those whose first report was received before a time. */
  removeBefore(time: number): Measurement[] {
    const removed: Measurement[] = [];
    for (const measurement of this.#byId.values()) {
      if (measurement.receivedAt >= time) break;
      removed.push(measurement);
    }
    for (const { id } of removed) this.#byId.delete(id);
    return removed;
  }
}

const fold = (database: Database, { retention, clock }: FillOptions): Promise<number> =>
  foldBatch(database, DEMO_FOLD_BATCH, retention, clock());
