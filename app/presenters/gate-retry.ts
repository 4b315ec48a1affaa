import type { Change, ComparisonResult } from "../query/comparison-result";
import { MIN_SAMPLES_FOR_VERDICT } from "../vitals/comparison";
import { DAY, HOUR, MINUTE, SECOND } from "../vitals/time";
import type { GateOptions } from "./gate-options";

const SOONEST = MINUTE;
const LATEST = DAY;

/** A release that was just deployed shows up within minutes. */
const UNTIL_SEEN = 5 * MINUTE;

/**
 * When it is worth asking a gate again, in seconds: when the current release has the samples that are missing, if it
 * goes on getting them as until now. Between a minute and a day.
 */
export function gateRetryAfter(
  result: ComparisonResult,
  { metrics, minSamples }: Pick<GateOptions, "metrics" | "minSamples">,
): number {
  if (!result.made) return UNTIL_SEEN / SECOND;
  const { changes, windows } = result;
  const waits = metrics.flatMap((metric) => {
    const missing = missingSamples(changes[metric], minSamples);
    if (missing === null) return [];
    const perMs = changes[metric].n.current / (windows.hours * HOUR);
    return [perMs === 0 ? HOUR : missing / perMs];
  });
  // What samples alone don't settle may look otherwise in the next hour.
  const longest = waits.length === 0 ? HOUR : Math.max(...waits);
  return Math.round(Math.min(LATEST, Math.max(SOONEST, longest)) / SECOND);
}

/** Samples of the current release that one metric waits for; `null` where it waits for none. */
function missingSamples({ n, verdict, samplesNeeded }: Change, minSamples: number): number | null {
  if (verdict === "inconclusive") return samplesNeeded;
  const floor = Math.max(MIN_SAMPLES_FOR_VERDICT, minSamples);
  return n.current < floor ? floor - n.current : null;
}
