import type { Clock } from "./clock.server";

/**
 * Says what happens again and again at most once in `interval` ms, with how often it happened since.
 * @param say is called with the newest detail and the number of times
 */
export function saySeldom<Detail>(
  interval: number,
  monotonic: Clock,
  say: (detail: Detail, times: number) => void,
): (detail: Detail) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let times = 0;
  return (detail) => {
    times += 1;
    if (monotonic() - saidAt < interval) return;
    saidAt = monotonic();
    say(detail, times);
    times = 0;
  };
}
