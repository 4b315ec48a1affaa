import { ascendingPoints, pointAt, valueAt, type WeightedHistogram } from "../../sketch/interpolation";
import type { Scale } from "../../sketch/scale";
import { type ChangeScale, JUDGED, toChangeScale } from "../pools";
import { normalQuantile } from "./normal-quantile";

/** A quantile function near the p75, on the scale that changes are measured on. */
export type QuantileCurve = {
  changeScale: ChangeScale;
  /** d ln Q / dp at 0.75: by how much the logarithm of the p75 grows with the share of samples above a threshold. */
  slope: number;
  /**
   * The change of the p75 that belongs to a change of the share above the threshold value, by `changeScale`.
   * @param share by which the share of the current release is larger than the baseline's
   */
  changeOf: (share: number) => number;
};

/** Shares between which the curve is fitted, and how far apart. */
const FIT = { from: 0.5, latestFrom: 0.7, to: 0.92, step: 0.01 } as const;

/** A half change of the share beyond which the curve goes on as a line: farther out lies the tail, which was not fitted. */
const LARGEST_HALF_CHANGE = 0.2;

/** The slope of a log-normal distribution with σ = 0.65, for samples that have no slope: zeros. */
const USUAL_SLOPE = 2.05;

/**
 * Fits ln Q as a quadratic of the probit of p by least squares, from p = 0.5 to 0.92: exact for log-normal times, and
 * smooth where values come in steps (INP: 8 ms), of which two edges would show the steps alone. A change δ of the share
 * is Q(.75 + δ/2) against Q(.75 - δ/2): an interval of a share becomes one of the quantile (Woodruff, "Confidence
 * intervals for medians and other position measures", JASA 1952), symmetric because the threshold value lies in the
 * middle of both releases.
 *
 * What has no ratio (CLS, a p75 of 0) is read off the samples' own quantiles, since zeros have no logarithm.
 * @param pooled both releases' samples with equal mass, or the baseline's
 */
export function quantileCurve(
  pooled: WeightedHistogram,
  scale: Scale,
  changeScale: ChangeScale,
): QuantileCurve {
  const valueAtShare = (p: number): number => valueAt(scale, pointAt(pooled, p));
  const fitted = fitLog(pooled, scale);
  const slope = fitted === null ? USUAL_SLOPE : slopeOf(fitted);
  const quantile =
    changeScale === "linear" || fitted === null
      ? (p: number): number => toChangeScale(changeScale, valueAtShare(p))
      : (p: number): number => evaluate(fitted, normalQuantile(p));
  return { changeScale, slope, changeOf: (share) => symmetricChange(quantile, share) };
}

function symmetricChange(quantile: (p: number) => number, share: number): number {
  const half = Math.min(LARGEST_HALF_CHANGE, Math.abs(share) / 2);
  if (half === 0) return 0;
  const change = quantile(JUDGED + half) - quantile(JUDGED - half);
  const beyond = Math.abs(share) / (2 * half);
  return Math.sign(share) * change * beyond;
}

/** Coefficients of 1, z and z². */
type Quadratic = readonly [number, number, number];

const evaluate = ([a, b, c]: Quadratic, z: number): number => a + b * z + c * z * z;

/** d/dp = d/dz · dz/dp, and dz/dp is the inverse of the normal density at z. */
function slopeOf([, b, c]: Quadratic): number {
  const z = normalQuantile(JUDGED);
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return Math.max(LEAST_SLOPE, (b + 2 * c * z) / density);
}

/** Samples that are (nearly) all alike have no slope; a change of theirs is one of this much at least. */
const LEAST_SLOPE = 0.05;

/** Above the zeros (CLS has many); `null` where they extend to the p75 and leave too little to fit. */
function fitLog(pooled: WeightedHistogram, scale: Scale): Quadratic | null {
  const pointOf = ascendingPoints(pooled);
  let from: number = FIT.from;
  let value = valueAt(scale, pointOf(from));
  while (from <= FIT.latestFrom && value <= 0) {
    from += FIT.step;
    value = valueAt(scale, pointOf(from));
  }
  if (from > FIT.latestFrom) return null;
  // Normal equations of a quadratic in z, centred so that they are well conditioned.
  const centre = normalQuantile(JUDGED);
  const sums = [0, 0, 0, 0, 0];
  const right = [0, 0, 0];
  for (let p = from; p <= FIT.to + 1e-9; p += FIT.step) {
    const z = normalQuantile(p) - centre;
    const y = Math.log(p === from ? value : valueAt(scale, pointOf(p)));
    for (let power = 0, term = 1; power < 5; power += 1, term *= z) {
      sums[power] = (sums[power] as number) + term;
      if (power < 3) right[power] = (right[power] as number) + term * y;
    }
  }
  const [a, b, c] = solve3(sums as Moments, right as [number, number, number]);
  // Back from powers of (z - centre) to powers of z.
  return [a - b * centre + c * centre * centre, b - 2 * c * centre, c];
}

type Moments = [number, number, number, number, number];

/** Solves the symmetric system of moments s by Cramer's rule. */
function solve3([s0, s1, s2, s3, s4]: Moments, [r0, r1, r2]: [number, number, number]): Quadratic {
  const c00 = s2 * s4 - s3 * s3;
  const c01 = s2 * s3 - s1 * s4;
  const c02 = s1 * s3 - s2 * s2;
  const c11 = s0 * s4 - s2 * s2;
  const c12 = s1 * s2 - s0 * s3;
  const c22 = s0 * s2 - s1 * s1;
  const determinant = s0 * c00 + s1 * c01 + s2 * c02;
  return [
    (c00 * r0 + c01 * r1 + c02 * r2) / determinant,
    (c01 * r0 + c11 * r1 + c12 * r2) / determinant,
    (c02 * r0 + c12 * r1 + c22 * r2) / determinant,
  ];
}

/** How far from a share its slope is read off. */
const LOCAL = 0.03;

/**
 * d ln Q / dp at any share: by how much all times would have to grow for the share above a value to grow by so much.
 * It puts the noise of a share of good samples on the scale of times, for which the noise's priors are.
 */
export function localSlope(pooled: WeightedHistogram, scale: Scale, share: number): number {
  const half = Math.min(LOCAL, share / 2, (1 - share) / 2);
  const low = valueAt(scale, pointAt(pooled, share - half));
  if (half <= 0 || low <= 0) return USUAL_SLOPE;
  const high = valueAt(scale, pointAt(pooled, share + half));
  return Math.max(LEAST_SLOPE, Math.log(high / low) / (2 * half));
}
