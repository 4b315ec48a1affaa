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

/** When the sample of a database was made (ms since the epoch), among its settings. */
export const SAMPLE_CREATED_AT = "demo-sample-made-at";

/** Measurements of one transaction, and of one fold: nobody else uses the database, so that both are large. */
const STORE_BATCH = 20_000;
const DEMO_FOLD_BATCH = 100_000;

export type FillOptions = {
  window: TimeWindow;
  measurements: number;
  seed: number;
  routes: number;
  retention: Retention & { raw: number };
  clock: Clock;
  /** Called now and then with how many measurements are stored. */
  onProgress: (stored: number) => void;
};

/**
 * Makes a database full of made-up measurements, folded as those of a real site are. It is marked as whole only
 * at the end, so that one that was left half full is never taken for a sample.
 * @param path of a file that is not there yet
 * @returns how many measurements it has
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
    // Attributions are read from single measurements alone, as far back as those of a site are kept.
    const attributed = window.to - retention.raw;
    for (const beacon of sampleBeacons({ window, measurements, seed, routes })) {
      const kept = beacon.receivedAt >= attributed;
      batch.push(...(kept ? beacon.measurements : beacon.measurements.map(withoutAttribution)));
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
