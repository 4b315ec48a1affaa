import { monotonic, now } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { singleton } from "../platform/singleton.server";
import { database } from "./database.server";
import { type Retention } from "../storage/summaries.server";
import { traced } from "../platform/trace-channels";
import { DAY, MINUTE } from "../vitals/time";
import { foldBatch } from "../rollup/fold.server";
import { FoldLoop } from "../rollup/fold-loop.server";
import { applyRetention } from "../rollup/retention.server";

/**
 * Most measurements of one fold, some 100 ms, for which a beacon may have to wait. Smaller batches write the same
 * summaries more often: with 2,000 the fold is a third slower.
 */
export const FOLD_BATCH = 5_000;

/** How long the summaries of five minutes are kept, in ms. */
const FIVE_MINUTES_RETENTION = 2 * DAY;

const RETENTION_INTERVAL = 10 * MINUTE;

/** How far back everything is kept, in ms, by the configuration. */
export function retention(): Retention & { raw: number } {
  const { RAW_RETENTION_DAYS, HOURLY_RETENTION_DAYS, DAILY_RETENTION_DAYS } = env();
  return {
    raw: RAW_RETENTION_DAYS * DAY,
    fiveMinutes: FIVE_MINUTES_RETENTION,
    hourly: HOURLY_RETENTION_DAYS * DAY,
    daily: DAILY_RETENTION_DAYS * DAY,
  };
}

/** This process's fold and retention, running from the first call on. */
export const rollup = () => singleton("rollup", createRollup);

function createRollup() {
  const { folded, foldMissing, foldSeconds, foldFailures, retained, gauge } = metrics();
  const loop = new FoldLoop({
    fold: () => foldBatch(database(), FOLD_BATCH, retention(), now(), (values) => foldMissing.inc(values)),
    batchSize: FOLD_BATCH,
    monotonic,
    onBatch: ({ measurements, durationMs, error }) => {
      if (error === null) {
        folded.inc(measurements);
        foldSeconds.observe(durationMs / 1000);
      } else {
        foldFailures.inc();
        log().error({ err: error }, "a fold failed and will be tried again");
      }
    },
  });
  gauge(
    "vitals_fold_lag_seconds",
    "For how long there has been something left to fold.",
    () => loop.lag / 1000,
  );

  let stopped = false;
  let expiring: Promise<void> = Promise.resolve();
  const expire = (): void => {
    expiring = traced("retention", () => applyRetention(database(), retention(), now(), () => stopped), {
      newTrace: true,
    })
      .then((rows) => {
        retained.inc(rows);
        if (rows > 0) log().info({ rows }, "deleted rows whose retention was over");
      })
      .catch((err: unknown) => log().error({ err }, "deleting old rows failed and will be tried again"));
  };
  const timer = setInterval(expire, RETENTION_INTERVAL);
  expire();

  return {
    loop,
    /** Folds what is left, and stops. */
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await expiring;
      await loop.stop();
    },
  };
}
