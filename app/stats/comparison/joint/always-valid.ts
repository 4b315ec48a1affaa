/** The size of changes for which the bound is the tightest, on the logarithm of the p75. */
const USUAL_CHANGE = 0.08;

/**
 * How many standard errors away from 0 a change must be so that somebody who looks at any time and as often as they
 * like is wrong with a probability of at most `level`: a mixture sequential probability ratio test (Robbins 1970; Johari,
 * Pekelis and Walsh 2015; Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence
 * sequences", Annals of Statistics 2021).
 * @param variance of the estimate now, on the logarithm
 */
export function alwaysValidZ(variance: number, level: number): number {
  const mixing = USUAL_CHANGE ** 2;
  if (variance <= 0) return Number.POSITIVE_INFINITY;
  return Math.sqrt((1 + variance / mixing) * (Math.log1p(mixing / variance) + 2 * Math.log(1 / level)));
}
