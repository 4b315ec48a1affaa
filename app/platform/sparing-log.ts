import type { Clock } from "./clock.server";

/** No more than one line in so many ms. */
const INTERVAL = 60_000;

/**
 * For failures of something that is not ours, which may be many: the first is written at once, and those of the
 * minute after a line are told together with the first one after it.
 * @param write is given the newest reason and how many failures there were since the line before, that one included
 */
export function createSparingLog<Reason = unknown>(
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
