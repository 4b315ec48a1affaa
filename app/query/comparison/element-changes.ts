import type { AttributedSample } from "../../storage/attribution.server";
import { MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import { nearestRank } from "../attribution/attribution-summary";
import type { ElementChange, ElementSide } from "./comparison-result";

const p75Of = (values: readonly number[]): number | null =>
  values.length < MIN_SAMPLES_FOR_PERCENTILE
    ? null
    : nearestRank(
        [...values].sort((a, b) => a - b),
        0.75,
      );

function byElement(samples: readonly AttributedSample[]): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const { element, value } of samples) {
    if (element === null) continue;
    const known = values.get(element);
    if (known === undefined) values.set(element, [value]);
    else known.push(value);
  }
  return values;
}

const sideOf = (values: readonly number[] | undefined, all: number): ElementSide => {
  const n = values?.length ?? 0;
  return { n, share: all === 0 ? 0 : n / all, p75: p75Of(values ?? []) };
};

/**
 * How the elements that measurements name moved between two sides, what moved most first; those with a p75 on neither
 * side are left out. How much of the p75's change an element explains is told by its share of the current
 * measurements, times how far its own p75 is now from what it was; of an element that is new, from what all were.
 */
export function elementChanges(
  current: readonly AttributedSample[],
  baseline: readonly AttributedSample[],
): ElementChange[] {
  const [now, before] = [byElement(current), byElement(baseline)];
  const usual = p75Of(baseline.map(({ value }) => value));
  const moves = [...new Set([...now.keys(), ...before.keys()])].map((element): ElementChange => {
    const sides = {
      current: sideOf(now.get(element), current.length),
      baseline: sideOf(before.get(element), baseline.length),
    };
    const from = sides.baseline.n === 0 ? usual : sides.baseline.p75;
    const to = sides.current.p75;
    return {
      element,
      ...sides,
      ms: from === null || to === null ? null : Math.round(sides.current.share * (to - from)),
    };
  });
  return moves
    .filter(({ current, baseline }) => current.p75 !== null || baseline.p75 !== null)
    .sort((a, b) => Math.abs(b.ms ?? 0) - Math.abs(a.ms ?? 0) || b.current.n - a.current.n);
}
