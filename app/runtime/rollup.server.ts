import { monotonic, now } from "../platform/clock.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { singleton } from "../platform/singleton.server";
import { traced } from "../platform/trace-channels";
import { foldBatch } from "../rollup/fold.server";
import { FoldLoop } from "../rollup/fold-loop.server";
import { applyRetention } from "../rollup/retention.server";
import { MINUTE } from "../vitals/time";
import { database } from "./database.server";
import { retention } from "./retention.server";

/**
 * Most measurements of one fold: about 100 ms, during which beacons wait. Smaller batches write the same summaries more
 * often: with 2,000 the fold is a third slower.
 */
export const SERVER_FOLD_BATCH = 5_000;

const RETENTION_INTERVAL = 10 * MINUTE;

/** This process's fold and retention, running from the first call on. */
export const rollup = () => singleton("rollup", createRollup);

function createRollup() {
  const { folded, foldMissing, foldSeconds, foldFailures, retained, gauge } = metrics();
  const loop = new FoldLoop({
    fold: () =>
      foldBatch(database(), SERVER_FOLD_BATCH, retention(), now(), (values) => foldMissing.inc(values)),
    batchSize: SERVER_FOLD_BATCH,
    monotonic,
    onBatch: ({ measurements, durationMs, error }) => {
      if (error === null) {
        folded.inc(measurements);
        foldSeconds.observe(durationMs / 1000);
      } else {
        foldFailures.inc();
        log().error({ err: error }, "a fold failed and will be retried");
      }
    },
  });
  gauge("vitals_fold_lag_seconds", "How long there have been measurements to fold.", () => loop.lag / 1000);

  let stopped = false;
  let expiring: Promise<void> = Promise.resolve();
  const expire = (): void => {
    expiring = traced("retention", () => applyRetention(database(), retention(), now(), () => stopped), {
      newTrace: true,
    })
      .then((rows) => {
        retained.inc(rows);
        if (rows > 0) log().info({ rows }, "deleted rows older than their retention");
      })
      .catch((err: unknown) => log().error({ err }, "deleting old rows failed and will be retried"));
  };
  const timer = setInterval(expire, RETENTION_INTERVAL);
  expire();

  return {
    loop,
    /** Folds the remaining measurements, and stops. */
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await expiring;
      await loop.stop();
    },
  };
}
