import type { CellTable } from "../../stats/comparison/cell-table";
import type { MixCause } from "../../stats/comparison/change";
import { compareConcurrent, type SideWeights } from "../../stats/comparison/concurrent";
import type { Estimate } from "../../stats/comparison/estimate";
import type { Finding } from "../../stats/comparison/finding";
import { estimateFrom } from "../../stats/comparison/joint/estimate-of-joint";
import { routeChange } from "../../stats/comparison/joint/route-change";
import type { TimeEffect } from "../../stats/comparison/joint/time-effect";
import { compareLifetime } from "../../stats/comparison/lifetime";
import { MixAccumulator, type MixEffect } from "../../stats/comparison/mix";
import {
  BASELINE,
  CURRENT,
  goodPoint,
  poolStrata,
  poolWhole,
  Scratch,
  type SidePools,
  type StratumWeight,
  sideOf,
  weighStrata,
} from "../../stats/comparison/pools";
import { scaleOf } from "../../stats/sketch/scale";
import type { ComparisonMethod } from "../../vitals/comparison";
import { DEVICES } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import { deviceIndexOf, isPrefetchedStratum, STRATA } from "../../vitals/strata";
import type { Changes } from "./comparison-result";
import type { ComparisonPlan } from "./plan";

/** The cells of a table's two sides. What is re-weighted is pooled, of the other side the masses are enough. */
export type TablePools = { current: SidePools; baseline: SidePools<StratumWeight> };

/** How the tables of a plan are compared. A table is never fitted by the model: that is of the site's hours alone. */
export const tableMethod = ({ kind }: ComparisonPlan): ComparisonMethod =>
  kind === "model" ? "stretches" : kind;

/** How one table of a comparison is read. */
export type TableReading = {
  plan: ComparisonPlan;
  weights: SideWeights;
  /** What time alone did to the metric on the whole site. */
  time: TimeEffect;
};

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

/** What many tables of a metric are read with, one after the other. */
export class TableScratch {
  readonly scratch = new Scratch();
  readonly mix: MixAccumulator;

  constructor(metric: Metric) {
    this.mix = new MixAccumulator(scaleOf(metric));
  }
}

/** A change, what of it the mix of devices and of prefetched loads explains, and the pools that it was read off where there are any. */
export type TableEstimate = { estimate: Estimate; mix: MixEffect; pools: TablePools | null };

/** The change of one table, and what of it the mix of devices and of prefetched loads explains, by the way that its windows ask for. */
export function estimateOf(
  table: CellTable,
  metric: Metric,
  { plan, weights, time }: TableReading,
  { scratch, mix }: TableScratch = new TableScratch(metric),
): TableEstimate | null {
  scratch.reset();
  if (plan.kind === "model") {
    const change = routeChange(table, metric, STRATA, time, scratch);
    if (change === null) return null;
    return { ...estimateFrom(metric, table.scale, change), pools: null };
  }
  const { estimate, pools } =
    plan.kind === "concurrent"
      ? concurrentOf(table, metric, weights, scratch)
      : lifetimeOf(table, metric, weights, scratch);
  mix.clear();
  mix.add(pools.current, pools.baseline);
  return { estimate, mix: mix.effect(estimate.changeScale, goodPoint(metric, scaleOf(metric))), pools };
}

/** An estimate, and its pools, good until the scratch is reset. */
type PooledEstimate = { estimate: Estimate; pools: TablePools };

/** One side of a table, pooled by strata. */
function pooled(
  table: CellTable,
  metric: Metric,
  sideNumber: number,
  weights: Float64Array,
  scratch: Scratch,
) {
  const pools = poolStrata(table, sideNumber, weights, scratch);
  return { pools, side: sideOf(pools, metric, table.scale, scratch) };
}

function concurrentOf(
  table: CellTable,
  metric: Metric,
  weights: SideWeights,
  scratch: Scratch,
): PooledEstimate {
  // Both are summed in the same order, so that equal data gives no difference, however it is rounded.
  const current = pooled(table, metric, CURRENT, weights.current, scratch);
  const baseline = pooled(table, metric, BASELINE, weights.baseline, scratch);
  const sides = { current: current.side, baseline: baseline.side };
  return {
    estimate: compareConcurrent(table, metric, weights, sides, scratch),
    pools: { current: current.pools, baseline: baseline.pools },
  };
}

function lifetimeOf(
  table: CellTable,
  metric: Metric,
  weights: SideWeights,
  scratch: Scratch,
): PooledEstimate {
  const current = pooled(table, metric, CURRENT, weights.current, scratch);
  const baseline = poolWhole(table, metric, BASELINE, weights.baseline, scratch);
  return {
    estimate: compareLifetime(table, metric, { current: current.side, baseline }),
    pools: { current: current.pools, baseline: weighStrata(table, BASELINE, weights.baseline) },
  };
}

/** The change of a table whose hours can't be matched, over everything there is. */
export function lifetimeEstimate(table: CellTable, metric: Metric, units: number): TableEstimate {
  const scratch = new Scratch();
  const weights = { current: ones(units), baseline: ones(units) };
  const { estimate, pools } = lifetimeOf(table, metric, weights, scratch);
  const mix = new MixAccumulator(table.scale);
  mix.add(pools.current, pools.baseline);
  return { estimate, mix: mix.effect(estimate.changeScale, goodPoint(metric, table.scale)), pools };
}

export type Mix = NonNullable<Finding["mix"]>;

/** The effect of the mix, and the part of it that moved most. */
export const withGrownPart = (table: CellTable, effect: MixEffect): Mix => ({
  ...effect,
  cause: effect.effect === 0 ? null : grownPart(table),
});

/**
 * What moved most from the baseline to the current release: the device whose share of the samples grew most, or the share
 * of prefetched loads where that moved by more.
 */
export function grownPart(table: CellTable): MixCause | null {
  const now = sharesOf(table, CURRENT);
  const before = sharesOf(table, BASELINE);
  const [grown] = DEVICES.map((device, i) => ({
    kind: "device" as const,
    device,
    current: now.devices[i] ?? 0,
    baseline: before.devices[i] ?? 0,
  })).sort((a, b) => b.current - b.baseline - (a.current - a.baseline));
  if (grown === undefined) return null;
  const moved = Math.abs(now.prefetched - before.prefetched);
  if (moved <= grown.current - grown.baseline) return grown;
  return { kind: "prefetched", current: now.prefetched, baseline: before.prefetched };
}

/** Shares of a side's samples, 0 to 1: of each device, and of prefetched loads. */
function sharesOf(table: CellTable, side: number): { devices: number[]; prefetched: number } {
  const devices = DEVICES.map(() => 0);
  let prefetched = 0;
  let all = 0;
  for (let entry = 0; entry < table.length; entry += 1) {
    if (table.sides[entry] !== side) continue;
    const stratum = table.cells[entry] as number;
    const device = deviceIndexOf(stratum);
    const n = table.samples[entry] as number;
    devices[device] = (devices[device] as number) + n;
    if (isPrefetchedStratum(stratum)) prefetched += n;
    all += n;
  }
  const shareOf = (n: number): number => (all === 0 ? 0 : n / all);
  return { devices: devices.map(shareOf), prefetched: shareOf(prefetched) };
}

/** With so much left out, what is matched says nothing of the whole: then devices alone are. */
const MOST_LEFT_OUT = 0.5;

/** The mix of devices and routes together, and what of it moved most. */
export function siteMix(devices: Mix, both: MixEffect): Mix {
  if (both.leftOut > MOST_LEFT_OUT) return devices;
  const byDevices = Math.abs(devices.effect) >= Math.abs(both.effect) / 2;
  const routes: MixCause = { kind: "routes" };
  return { ...both, cause: both.effect === 0 ? null : byDevices ? devices.cause : routes };
}

/** The circumstances of a comparison that each of its findings has. */
export type Circumstances = Pick<Finding, "isTooShort" | "isOngoing" | "libraryChanged" | "missingHours">;

/** All routes' changes, and what their mix makes of the site, by metric, beside that of devices. */
export type RouteFindings = { changes: Map<string, Changes>; mixes: ReadonlyMap<Metric, RouteMix> };

/** What another mix of routes makes of the site: of the share above the model's threshold value, or of the p75. */
export type RouteMix = { kind: "shift"; shift: number } | { kind: "effect"; mix: MixAccumulator };
