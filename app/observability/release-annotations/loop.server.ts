import { createRateLimitedLog } from "../../platform/rate-limited-log";
import { monotonic, now } from "../../platform/clock.server";
import { log } from "../../platform/log.server";
import { metrics } from "../../platform/metrics.server";
import { type Database } from "../../storage/database.server";
import { SECOND } from "../../vitals/time";
import { type TellRelease, tellNewReleases } from "./outbox.server";

/** How soon a new release is told, in ms. */
const INTERVAL = 2 * SECOND;

/**
 * Tells new releases in the background: nothing waits for it.
 * @param stop ends an attempt that is under way
 */
export function startReleaseMarkers(
  database: Database,
  tell: TellRelease,
  stop: AbortController,
): { stop(): Promise<void> } {
  const { releaseMarkers, releaseMarkerFailures } = metrics();
  const warn = createRateLimitedLog<string>(monotonic, (reason, times) =>
    log().warn({ times }, `a release could not be marked in Grafana and will be tried again: ${reason}`),
  );
  const pass = async (): Promise<void> => {
    try {
      const { told, failure } = await tellNewReleases(database, tell, now);
      releaseMarkers.inc(told);
      if (told > 0) log().info({ releases: told }, "marked in Grafana");
      if (failure === null || stop.signal.aborted) return;
      releaseMarkerFailures.inc();
      warn(failure);
    } catch (error) {
      if (stop.signal.aborted) return;
      releaseMarkerFailures.inc();
      warn(error instanceof Error ? error.message : String(error));
    }
  };
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const run = (): void => {
    running = pass().then(() => {
      if (!stop.signal.aborted) timer = setTimeout(run, INTERVAL);
    });
  };
  run();
  return {
    async stop() {
      stop.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
