/** What a figure must be. */
export type Bound =
  | { atMost: number }
  | { atLeast: number }
  | { within: readonly [low: number, high: number] }
  /** Measured without a target. */
  | { any: true };

/** A measured share, 0 to 1, with its 95 % interval. */
export type Rate = { runs: number; share: number; low: number; high: number };

const Z = 1.959964;

/**
 * The mean of what was measured in each run. Of yes and no (1 and 0) the interval is Wilson's (JASA 1927), of shares the
 * one of a mean.
 * @param values 0 to 1 (ratios may be larger), at least one
 */
export function rateOf(values: readonly number[]): Rate {
  const runs = values.length;
  const share = values.reduce((a, b) => a + b, 0) / runs;
  if (values.every((value) => value === 0 || value === 1)) {
    const weight = 1 + (Z * Z) / runs;
    const middle = (share + (Z * Z) / (2 * runs)) / weight;
    const half = (Z / weight) * Math.sqrt((share * (1 - share)) / runs + (Z * Z) / (4 * runs * runs));
    return { runs, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
  }
  const variance = values.reduce((sum, value) => sum + (value - share) ** 2, 0) / Math.max(1, runs - 1);
  const half = Z * Math.sqrt(variance / runs);
  const most = values.some((value) => value > 1) ? Number.POSITIVE_INFINITY : 1;
  return { runs, share, low: Math.max(0, share - half), high: Math.min(most, share + half) };
}

/** `yes`; `no`, where even chance does not explain it; and between them `about`: so many runs can't tell. */
export type Met = "yes" | "about" | "no";

export function isMet({ share, low, high }: Rate, bound: Bound): Met {
  const [least, most] = limitsOf(bound);
  if (share >= least && share <= most) return "yes";
  return high >= least && low <= most ? "about" : "no";
}

export function limitsOf(bound: Bound): readonly [number, number] {
  if ("within" in bound) return bound.within;
  if ("any" in bound) return [0, Number.POSITIVE_INFINITY];
  return "atMost" in bound ? [0, bound.atMost] : [bound.atLeast, 1];
}
