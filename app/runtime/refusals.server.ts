import { monotonic } from "../platform/clock.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { processHooks } from "../server/process-hooks";
import { REFUSALS, type Refused } from "../server/traffic/refusals.mjs";

/** Counts what the limits refuse, and logs it once a minute at most, without an address. */
export function watchRefusals(): void {
  const { refused } = metrics();
  // A counter that appears with its first refusal has no rate.
  for (const reason of REFUSALS) refused.inc({ reason }, 0);
  const warn = createRateLimitedLog<Refused>(monotonic, ({ reason, isForwarded }, requests) =>
    log().warn(
      { reason, requests },
      isForwarded
        ? "requests are refused: they have a proxy's headers, and TRUST_PROXY does not name their sender, so all of them are one client's"
        : "requests are refused, by a limit per client or of this process",
    ),
  );
  processHooks().onRefused.add((one) => {
    refused.inc({ reason: one.reason });
    warn(one);
  });
}
