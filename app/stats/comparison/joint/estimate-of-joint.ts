import type { Metric } from "../../../vitals/metrics";
import { pointAt, valueAt } from "../../sketch/interpolation";
import type { Scale } from "../../sketch/scale";
import type { Estimate } from "../estimate";
import type { MixEffect } from "../mix";
import { goodPoint, JUDGED, massBelow } from "../pools";
import type { EqualPools } from "./expected-shares";
import type { JointEstimate } from "./joint-estimate";
import type { QuantileCurve } from "./quantile-curve";

/** The normal distribution. */
const MANY_DEGREES = 1_000;

/** What rounding makes of nothing. */
const ROUNDING = 1e-9;
const orZero = (value: number): number => (Math.abs(value) < ROUNDING ? 0 : value);

const Z = 1.959964;

/** A change of the share above the threshold value, with its (widened) variance. */
type ShareChange = { change: number; variance: number };

/** A change as it is measured: both ends of the interval go the same way as the change itself (Woodruff 1952). */
export function changeAndVariance(
  { changeOf }: QuantileCurve,
  { change, variance }: ShareChange,
): { change: number; variance: number } {
  const far = Z * Math.sqrt(variance);
  const half = (changeOf(change + far) - changeOf(change - far)) / 2;
  return { change: orZero(changeOf(orZero(change))), variance: (half / Z) ** 2 };
}

export type ChangeParts = {
  curve: QuantileCurve;
  pools: EqualPools;
  share: ShareChange;
  /** By how much the share above the threshold value is larger for another mix. */
  mixShift: number;
  good: ShareChange & { mixShift: number };
  degrees: number;
  /** Part of the variance that more samples make smaller, 0 to 1. */
  sampled: number;
};

/**
 * An estimate as verdicts are given on: its difference has the effect of the mix in it, which `mix` says. The p75 of the
 * baseline is what was observed, the current one's is that times the change.
 */
export function estimateFrom(
  metric: Metric,
  scale: Scale,
  { curve, pools, share, mixShift, good, degrees, sampled }: ChangeParts,
): { estimate: Estimate; mix: MixEffect } {
  const { change, variance } = changeAndVariance(curve, share);
  const effect = orZero(curve.changeOf(orZero(mixShift)));
  const difference = change + effect;
  const baseline = valueAt(scale, pointAt(pools.baseline, JUDGED));
  const before = massBelow(pools.baseline, goodPoint(metric, scale)) / pools.baseline.mass;
  const after = Math.min(1, Math.max(0, before + orZero(good.change) + orZero(good.mixShift)));
  // Shares of as many independent samples as have this variance, half of it on each side.
  const middle = (before + after) / 2;
  const samples =
    good.variance > 0 && middle > 0 && middle < 1
      ? (2 * middle * (1 - middle)) / good.variance
      : Math.min(pools.current.mass, pools.baseline.mass);
  return {
    estimate: {
      changeScale: curve.changeScale,
      n: { current: pools.current.mass, baseline: pools.baseline.mass },
      p75: {
        current: curve.changeScale === "log" ? baseline * Math.exp(difference) : baseline + difference,
        baseline,
      },
      difference,
      variance,
      shrinking: sampled * variance,
      degrees,
      good: { current: { share: after, samples }, baseline: { share: before, samples } },
      identical: difference === 0 && orZero(good.change) === 0 && hasSameShape(pools),
    },
    mix: { effect, good: orZero(good.mixShift), leftOut: 0 },
  };
}

/** Whether both releases have the same samples, or some number of times the same. */
function hasSameShape({ current, baseline }: EqualPools): boolean {
  for (let i = current.from; i < current.to; i += 1) {
    const [a, b] = [current.counts[i] as number, baseline.counts[i] as number];
    if (Math.abs(a * baseline.mass - b * current.mass) > ROUNDING * current.mass * baseline.mass)
      return false;
  }
  return true;
}

/**
 * The estimate of the joint regression.
 * @param routeShift what another mix of routes adds to that of devices, as a share above the threshold value
 */
export function estimateOfJoint(
  metric: Metric,
  scale: Scale,
  { curve, pools, fit, mixShift, good }: JointEstimate,
  routeShift: number,
): { estimate: Estimate; mix: MixEffect } {
  const { slope } = curve;
  const share = { change: fit.change / slope, variance: fit.variance / slope ** 2 };
  const { estimate, mix } = estimateFrom(metric, scale, {
    curve,
    pools,
    share: { ...share, change: share.change - routeShift },
    mixShift: mixShift + routeShift,
    good,
    degrees: MANY_DEGREES,
    // How much time settles it is what `timeToVariance` computes.
    sampled: 0,
  });
  return { estimate, mix };
}
