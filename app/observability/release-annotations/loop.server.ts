import { monotonic, now } from "../../platform/clock.server";
import { log } from "../../platform/log.server";
import { metrics } from "../../platform/metrics.server";
import { createRateLimitedLog } from "../../platform/rate-limited-log";
import type { Database } from "../../storage/database.server";
import { SECOND } from "../../vitals/time";
import { startBackgroundLoop } from "../background-loop.server";
import { type AnnotateRelease, annotateNewReleases } from "./new-releases.server";

/** In ms. */
const INTERVAL = 2 * SECOND;

/**
 * Annotates new releases in the background.
 * @param stop aborts a running attempt
 */
export function startReleaseAnnotations(
  database: Database,
  annotate: AnnotateRelease,
  stop: AbortController,
): { stop(): Promise<void> } {
  const { releaseAnnotations, releaseAnnotationFailures } = metrics();
  const warn = createRateLimitedLog<string>(monotonic, (reason, times) =>
    log().warn(
      { times },
      `a release annotation could not be added to Grafana and will be retried: ${reason}`,
    ),
  );
  const fail = (reason: string): void => {
    releaseAnnotationFailures.inc();
    warn(reason);
  };
  const pass = async (): Promise<void> => {
    const { delivered, failure } = await annotateNewReleases(database, annotate, now);
    releaseAnnotations.inc(delivered);
    if (delivered > 0) log().info({ releases: delivered }, "release annotations added to Grafana");
    if (failure !== null && !stop.signal.aborted) fail(failure);
  };
  return startBackgroundLoop(pass, {
    interval: INTERVAL,
    onError: (error) => fail(error instanceof Error ? error.message : String(error)),
    stop,
  });
}
