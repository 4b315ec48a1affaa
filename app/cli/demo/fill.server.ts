import { mergeReports } from "../../ingest/merge-reports";
import type { Clock } from "../../platform/clock.server";
import { sqliteUrl } from "../../platform/sqlite-url";
import { foldBatch } from "../../rollup/fold.server";
import { type Database, openDatabase } from "../../storage/database.server";
import { storeMeasurements } from "../../storage/measurements.server";
import { insertSetting } from "../../storage/settings.server";
import type { Retention } from "../../storage/summaries.server";
import type { Measurement } from "../../vitals/measurement";
import type { TimeWindow } from "../../vitals/time";
import { sampleBeacons } from "../sample/sample";

/** Setting with the creation of a database's sample, in ms since the epoch. */
export const SAMPLE_CREATED_AT = "demo-sample-made-at";

/** Measurements per transaction and per fold: large, because no other process uses the database. */
const STORE_BATCH = 20_000;
const DEMO_FOLD_BATCH = 100_000;

export type FillOptions = {
  window: TimeWindow;
  measurements: number;
  seed: number;
  routes: number;
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
  const { window, measurements, seed, routes, retention, clock, onProgress } = options;
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
    // Attribution is read from single measurements only, so older ones need none.
    const attributedFrom = window.to - retention.raw;
    for (const beacon of sampleBeacons({ window, measurements, seed, routes })) {
      const isAttributed = beacon.receivedAt >= attributedFrom;
      batch.push(...(isAttributed ? beacon.measurements : beacon.measurements.map(withoutAttribution)));
      if (batch.length >= STORE_BATCH) await store();
    }
    await store();
    while ((await fold(database, options)) > 0) onProgress(stored);
    await insertSetting(database.write, { key: SAMPLE_CREATED_AT, value: String(clock()) });
    return stored;
  } finally {
    await database.close();
  }
}

const withoutAttribution = (measurement: Measurement): Measurement => ({ ...measurement, attribution: null });

const fold = (database: Database, { retention, clock }: FillOptions): Promise<number> =>
  foldBatch(database, DEMO_FOLD_BATCH, retention, clock());
