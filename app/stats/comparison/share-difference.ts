/** A share of `n`: `count` of them. */
export type Share = { count: number; n: number };

/** Two shares differ by less than this for reasons that do not matter to a comparison; 0 to 1. */
const MIN_DIFFERENCE = 0.05;

/** Standard errors of the difference. Views of one visitor are alike, so that two of them would be too few. */
const MIN_STANDARD_ERRORS = 3;

/** Whether two shares differ by at least five points, and by more than chance: the pooled test of two proportions. */
export function sharesDiffer(a: Share, b: Share): boolean {
  if (a.n === 0 || b.n === 0) return false;
  const difference = Math.abs(a.count / a.n - b.count / b.n);
  const pooled = (a.count + b.count) / (a.n + b.n);
  const standardError = Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n));
  return difference >= MIN_DIFFERENCE && difference >= MIN_STANDARD_ERRORS * standardError;
}
