import type { CellTable } from "../../stats/comparison/cell-table";
import { type Finding, NOMINAL } from "../../stats/comparison/finding";
import { changeAndVariance, estimateOfJoint } from "../../stats/comparison/joint/estimate-of-joint";
import type { JointEstimate } from "../../stats/comparison/joint/joint-estimate";
import { DECLARED, decideVerdict } from "../../stats/comparison/judge";
import type { MixEffect } from "../../stats/comparison/mix";
import { goodPoint } from "../../stats/comparison/pools";
import { scaleOf } from "../../stats/sketch/scale";
import { isCalled } from "../../vitals/comparison";
import { byMetric, type Metric } from "../../vitals/metrics";
import type { PlannedComparison } from "./comparing";
import type { Change, Changes } from "./comparison-result";
import {
  type Circumstances,
  estimateOf,
  type Mix,
  type RouteMix,
  siteMix,
  type TableReading,
  tableMethod,
  withGrownPart,
} from "./findings";
import type { Looks } from "./looks";
import { isOngoing, isTooShort, missingHours } from "./plan";
import { isMeasuredOtherwise } from "./release-pair";
import type { MetricModel } from "./site-model";

/** What a comparison's findings have in common. */
export const circumstancesOf = ({ plan, pair, now }: PlannedComparison): Circumstances => ({
  isTooShort: isTooShort(plan.current, pair.deployedAt, now),
  isOngoing: isOngoing(plan.current, now),
  libraryChanged: isMeasuredOtherwise(pair.current, pair.baseline),
  missingHours: missingHours(plan),
});

/** A metric of the site as a whole, by the model; over everything there is where the metric has too few hours for it. */
export function modelFinding(
  metric: Metric,
  model: MetricModel,
  routes: RouteMix | null,
  circumstances: Circumstances,
): Finding {
  const { grown } = model;
  const withCause = (mix: MixEffect): Mix => ({ ...mix, cause: mix.effect === 0 ? null : grown });
  if (model.joint === null) {
    const { estimate, mix, missingHours: missing } = model.lifetime;
    const own = { ...circumstances, missingHours: missing };
    return { metric, estimate, mix: withCause(mix), kind: "lifetime", timeTo: null, ...own };
  }
  const { joint } = model;
  const scale = scaleOf(metric);
  const shift = routes?.kind === "shift" ? routes.shift : 0;
  const { estimate, mix } = estimateOfJoint(metric, scale, joint, shift);
  const devices = shift === 0 ? mix : estimateOfJoint(metric, scale, joint, 0).mix;
  return {
    metric,
    estimate,
    mix: siteMix(withCause(devices), mix),
    kind: "model",
    timeTo: (target) => model.timeTo(varianceOfLevel(joint, target)),
    ...circumstances,
  };
}

/** The variance of the model's own scale that belongs to one of the change. */
function varianceOfLevel({ curve, fit }: JointEstimate, target: number): number {
  const { slope } = curve;
  const share = { change: fit.change / slope, variance: fit.variance / slope ** 2 };
  const { variance } = changeAndVariance(curve, share);
  return variance > 0 ? (target * fit.variance) / variance : 0;
}

/** A metric of the site as a whole, over concurrent hours or everything there is. */
export function tableFinding(
  metric: Metric,
  table: CellTable,
  reading: TableReading,
  routes: RouteMix | null,
  circumstances: Circumstances,
): Finding | null {
  const found = estimateOf(table, metric, reading);
  if (found === null) return null;
  const { estimate, mix } = found;
  const devices = withGrownPart(table, mix);
  const both =
    routes?.kind === "effect"
      ? siteMix(devices, routes.mix.effect(estimate.changeScale, goodPoint(metric, table.scale)))
      : devices;
  return { metric, estimate, mix: both, kind: tableMethod(reading.plan), timeTo: null, ...circumstances };
}

/** What is looked at: the finding of now, and that of the last declared look; `null` where the look had none of its own. */
export type SiteFindings = { now: Record<Metric, Finding>; atLook: Record<Metric, Finding> | null };

/**
 * The verdicts on the site as a whole: each metric is a declared test by itself. While a release is live a verdict must
 * pass the bound that holds however often somebody looks. At a declared look it is judged once with a bound of its own,
 * and what is called or unchanged then stays until the next look, with the figures it was given on. A look without a
 * finding of its own judges nothing: the finding of now would be another one every hour.
 */
export function siteChanges(looks: Looks | null, { now, atLook }: SiteFindings): Changes {
  return byMetric((metric): Change => {
    if (looks === null) return decideVerdict(now[metric], { many: false, p: NOMINAL, early: false });
    const { last } = looks;
    const live = decideVerdict(now[metric], { many: false, p: "always-valid", early: last === null });
    if (last === null || atLook === null) return live;
    const { kind, at } = last;
    const level = { many: false, p: DECLARED, early: false, look: { kind, at } } as const;
    const declared = decideVerdict(atLook[metric], level);
    if (kind === "replacement") return declared;
    const isSettled = declared.verdict !== "inconclusive" && declared.verdict !== "not-enough-data";
    return isCalled(live) || !isSettled ? live : declared;
  });
}
