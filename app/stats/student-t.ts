/**
 * Student's t distribution: how far an estimate may lie from the truth when its spread is itself estimated from
 * few values. With many degrees of freedom it is the normal distribution.
 */

/** Lanczos' coefficients (g = 7, n = 9), as in Numerical Recipes, 3rd edition, section 6.1. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0.5. */
function logGamma(x: number): number {
  const z = x - 1;
  let sum: number = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i += 1) sum += (LANCZOS[i] as number) / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

const TINY = 1e-300;
const MOST_TERMS = 500;

/**
 * The regularised incomplete beta function I_x(a, b), by Lentz's evaluation of its continued fraction
 * (Abramowitz and Stegun 26.5.8).
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly only on this side; the other one is its mirror image.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MOST_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return front * fraction;
}

const notZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** More degrees of freedom than this change nothing any more. */
const MOST_DEGREES = 1e6;

/**
 * The two-sided p-value of `t` with `degrees` of freedom (at least 1): how likely something at least as far from
 * 0 is by chance alone. Abramowitz and Stegun 26.7.1.
 */
export function twoSidedP(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? 1 : 0;
  const df = Math.min(Math.max(1, degrees), MOST_DEGREES);
  return incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

/** The logarithm of the density of t. Abramowitz and Stegun 26.7.2. */
function logDensity(t: number, df: number): number {
  return (
    logGamma((df + 1) / 2) -
    logGamma(df / 2) -
    0.5 * Math.log(df * Math.PI) -
    ((df + 1) / 2) * Math.log1p((t * t) / df)
  );
}

const MOST_STEPS = 100;

/** The t beyond which a share `p` (0 to 1, neither included) of the distribution lies on both sides together. */
export function criticalT(p: number, degrees: number): number {
  const df = Math.min(Math.max(1, degrees), MOST_DEGREES);
  // Newton's method on ln p(t), which is convex with few degrees of freedom and concave with many: it overshoots at
  // most once.
  let t = 0;
  for (let i = 0; i < MOST_STEPS; i += 1) {
    const now = twoSidedP(t, df);
    const step = (Math.log(now) - Math.log(p)) * (now / (2 * Math.exp(logDensity(t, df))));
    t += step;
    if (Math.abs(step) <= 1e-12 * t) break;
  }
  return t;
}
