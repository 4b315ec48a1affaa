import type { Clock } from "./clock.server";

/** At most one line in this time, in ms. */
const INTERVAL = 60_000;

/**
 * A function that logs failures at most once a minute, for services that may fail often. The first failure is written
 * at once; those of the next minute are counted in the line after it.
 * @param write receives the newest reason and the number of failures since the last line, the newest included
 */
export function createRateLimitedLog<Reason = unknown>(
  monotonic: Clock,
  write: (reason: Reason, failures: number) => void,
): (reason: Reason) => void {
  let failures = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;
  return (reason) => {
    failures += 1;
    if (monotonic() - writtenAt < INTERVAL) return;
    write(reason, failures);
    failures = 0;
    writtenAt = monotonic();
  };
}
