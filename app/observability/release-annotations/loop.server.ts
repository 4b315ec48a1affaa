import { monotonic, now } from "../../platform/clock.server";
import { log } from "../../platform/log.server";
import { metrics } from "../../platform/metrics.server";
import { createRateLimitedLog } from "../../platform/rate-limited-log";
import type { Database } from "../../storage/database.server";
import { SECOND } from "../../vitals/time";
import { type AnnotateRelease, annotateNewReleases } from "./outbox.server";

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
  const pass = async (): Promise<void> => {
    try {
      const { annotated, failure } = await annotateNewReleases(database, annotate, now);
      releaseAnnotations.inc(annotated);
      if (annotated > 0) log().info({ releases: annotated }, "release annotations added to Grafana");
      if (failure === null || stop.signal.aborted) return;
      releaseAnnotationFailures.inc();
      warn(failure);
    } catch (error) {
      if (stop.signal.aborted) return;
      releaseAnnotationFailures.inc();
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
