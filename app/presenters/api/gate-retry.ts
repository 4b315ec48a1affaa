import type { Change, Changes, Comparison, ComparisonResult } from "../../query/comparison/comparison-result";
import { isOngoing } from "../../query/comparison/plan";
import { MIN_SAMPLES_FOR_VERDICT } from "../../vitals/comparison";
import { DAY, HOUR, MINUTE, SECOND } from "../../vitals/time";
import { samplesNeeded } from "../comparison/change-labels";
import type { GateOptions } from "./gate-options";

const SOONEST = MINUTE;
const LATEST = DAY;

/** A release that was just deployed shows up within minutes. */
const UNTIL_SEEN = 5 * MINUTE;

/**
 * When it is worth asking a gate again, in seconds: when the current release has the samples that are missing, if it
 * goes on getting them as until now. Between a minute and a day; `null` where no more will come, since the compared
 * hours are over.
 * @param lastSeenAt when the release was last measured (ms); `null`: not yet
 */
export function gateRetryAfter(
  result: ComparisonResult,
  { metrics, minSamples, routes }: Pick<GateOptions, "metrics" | "minSamples" | "routes">,
  lastSeenAt: number | null,
  now: number,
): number | null {
  if (result.status === "unavailable") {
    return lastSeenAt === null || isOngoing([Math.floor(lastSeenAt / HOUR)], now)
      ? UNTIL_SEEN / SECOND
      : null;
  }
  const { windows } = result;
  const last = windows.current.at(-1);
  if (last === undefined || !isOngoing([last.to / HOUR - 1], now)) return null;
  const waits = judgedChanges(result, routes).flatMap((changes) =>
    metrics.flatMap((metric) => {
      const { settledBy } = changes[metric];
      if (settledBy?.by === "time" || settledBy?.by === "history") return [settledBy.hours * HOUR];
      const missing = missingSamples(changes[metric], minSamples);
      if (missing === null) return [];
      const perMs = changes[metric].n.current / (windows.hours * HOUR);
      return [perMs === 0 ? HOUR : missing / perMs];
    }),
  );
  // What samples alone don't settle may look otherwise in the next hour.
  const longest = waits.length === 0 ? HOUR : Math.max(...waits);
  return Math.round(Math.min(LATEST, Math.max(SOONEST, longest)) / SECOND);
}

/** What the gate waits for: the site, or the routes that it is asked for. */
function judgedChanges({ changes, routes }: Comparison, wanted: GateOptions["routes"]): Changes[] {
  if (wanted === null || wanted === "all") return [changes];
  return wanted.flatMap((route) => routes.get(route) ?? []);
}

/** Samples of the current release that one metric waits for; `null` where it waits for none. */
function missingSamples(change: Change, minSamples: number): number | null {
  const { n, verdict } = change;
  if (verdict === "inconclusive") return samplesNeeded(change);
  const floor = Math.max(MIN_SAMPLES_FOR_VERDICT, minSamples);
  return n.current < floor ? floor - n.current : null;
}
