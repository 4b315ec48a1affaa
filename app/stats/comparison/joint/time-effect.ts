import { HOURS_OF_DAY } from "../../../vitals/time";
import { BASELINE, CURRENT } from "../pools";
import { type AveragedFit, WIDENING } from "./averaged-fit";

/**
 * What time alone (days, hours, the season) did between the hours of two releases, the same on all routes; on the
 * logarithm of the p75.
 */
export type TimeEffect = {
  /** Estimated change between the two stretches, and its variance. */
  change: number;
  variance: number;
  /** Variance between two neighbouring days. */
  days: number;
};

/** Assumed for a site without history. */
export const UNKNOWN_TIME: TimeEffect = { change: 0, variance: 0.04 ** 2, days: 0.045 ** 2 };

/**
 * The effect of time by the site's own fit: the site's hours of the current release against those of the baseline, pooled
 * as the hours of single routes are, less the change that the model attributes to the release. A route's change less this
 * is a difference in differences, with the site's other routes as the control, plus the site's change (Abadie, "Semiparametric
 * difference-in-differences estimators", Review of Economic Studies 2005).
 *
 * Its variance is that of the site's change. What is left of it with ever so many samples would be too small: where both
 * releases share a block of a roll-out, that block alone would then decide, and the pooled hours of a route do not profit.
 * @param baselineFrom the first hour (since the epoch) of the baseline that routes are compared over
 */
export function timeEffectOf(
  { change, variance, noise, observations }: AveragedFit,
  baselineFrom: number,
): TimeEffect {
  const { length, builds, middles, samples, values } = observations;
  const sums = [CURRENT, BASELINE].map((side) => {
    const sum = { value: 0, samples: 0 };
    for (let at = 0; at < length; at += 1) {
      if (builds[at] !== side || (side === BASELINE && (middles[at] as number) < baselineFrom)) continue;
      sum.value += (samples[at] as number) * (values[at] as number);
      sum.samples += samples[at] as number;
    }
    return sum;
  });
  const [current, baseline] = sums as [(typeof sums)[number], (typeof sums)[number]];
  const isKnown = current.samples > 0 && baseline.samples > 0;
  const pooled = isKnown ? current.value / current.samples - baseline.value / baseline.samples : change;
  const { day, hour, memory } = noise;
  const kept = memory === null ? 0 : Math.exp(-HOURS_OF_DAY / memory);
  return {
    change: pooled - change,
    variance,
    days: WIDENING ** 2 * 2 * (day * day * (1 - kept) + (hour * hour) / HOURS_OF_DAY),
  };
}
