import { monotonic, now } from "../platform/clock.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";
import { traced } from "../platform/trace-channels";
import { closeNextPeriod } from "../rollup/close-periods.server";
import { foldBatch } from "../rollup/fold.server";
import { FoldLoop } from "../rollup/fold-loop.server";
import { newFoldSession } from "../rollup/fold-session.server";
import type { Pace } from "../rollup/pace";
import { applyRetention } from "../rollup/retention.server";
import { checkRetentionHold, type RetentionHold } from "../rollup/retention-hold.server";
import { selectOldestPending } from "../storage/measurements.server";
import { MINUTE } from "../vitals/time";
import { database } from "./database.server";
import { retention } from "./retention.server";

/** Most measurements of one fold: its last slices are written before the next fold begins. */
export const SERVER_FOLD_BATCH = 60_000;

const RETENTION_INTERVAL = 10 * MINUTE;

/** This process's fold and retention, running from the first call on. */
export const rollup = () => singleton("rollup", createRollup);

/** Closes the oldest hour or day that is over. One whose measurements still wait stays open. */
async function closePeriod(isBehind: boolean, pace: Pace): Promise<boolean> {
  const pendingSince = isBehind ? await selectOldestPending(database().read) : null;
  return closeNextPeriod(database(), now(), pace, pendingSince);
}

function createRollup() {
  const { folded, foldMissing, foldSeconds, foldFailures, retained, gauge } = metrics();
  const warnOfFold = createRateLimitedLog(monotonic, (err, times) =>
    log().error({ err, times }, "a fold failed and will be retried"),
  );
  const session = newFoldSession(database().read);
  const onMissing = (values: number): void => foldMissing.inc(values);
  const loop = new FoldLoop({
    fold: () => foldBatch(database(), SERVER_FOLD_BATCH, retention(), now(), { onMissing, session }),
    batchSize: SERVER_FOLD_BATCH,
    close: (isBehind) => closePeriod(isBehind, session.pace),
    monotonic,
    onBatch: ({ measurements, durationMs, error }) => {
      if (error === null) {
        folded.inc(measurements);
        foldSeconds.observe(durationMs / 1000);
      } else {
        foldFailures.inc();
        warnOfFold(error);
      }
    },
  });
  gauge("vitals_fold_lag_seconds", "How long there have been measurements to fold.", () => loop.lag / 1000);

  let stopped = false;
  let hold: RetentionHold | null = null;
  const applyUnlessHeld = async (): Promise<void> => {
    if (database().isDamaged()) return;
    const before = hold;
    // One time for both: the clock may jump between them.
    const at = now();
    hold = await checkRetentionHold(database(), at);
    if (hold !== null) {
      if (before === null) {
        const lastKnown = new Date(hold.lastKnown).toISOString();
        log().warn(
          { lastKnown },
          'nothing is deleted: the clock is more than a day ahead of the last run; if it is right, run "npm run retention:confirm"',
        );
      }
      return;
    }
    const rows = await applyRetention(database(), retention(), at, () => stopped);
    retained.inc(rows);
    if (rows > 0) log().info({ rows }, "deleted rows older than their retention");
  };
  let expiring: Promise<void> = Promise.resolve();
  const expire = (): void => {
    expiring = traced("retention", applyUnlessHeld, { newTrace: true }).catch((err: unknown) =>
      log().error({ err }, "deleting old rows failed and will be retried"),
    );
  };
  const timer = setInterval(expire, RETENTION_INTERVAL);
  expire();

  return {
    loop,
    /** Why nothing is deleted; `null` when retention runs. */
    retentionHold: (): RetentionHold | null => hold,
    /** Folds the remaining measurements, and stops. */
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await expiring;
      await loop.stop();
    },
  };
}
