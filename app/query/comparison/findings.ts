import type { CellTable } from "../../stats/comparison/cell-table";
import type { MixCause } from "../../stats/comparison/change";
import { compareConcurrent, type SideWeights } from "../../stats/comparison/concurrent";
import { compareBeforeAfter, compareDayShifted } from "../../stats/comparison/earlier-days";
import type { Estimate } from "../../stats/comparison/estimate";
import type { Finding } from "../../stats/comparison/judge";
import { compareLifetime } from "../../stats/comparison/lifetime";
import { cellShares, MixAccumulator, type MixEffect } from "../../stats/comparison/mix";
import type { ComparisonPlan } from "./plan";
import {
  BASELINE,
  type CellMass,
  CURRENT,
  EARLIER_AFTER,
  EARLIER_BEFORE,
  goodPlace,
  type Measure,
  poolCells,
  poolWhole,
  type Scratch,
  type SidePools,
  sideOf,
  weighCells,
} from "../../stats/comparison/pools";
import { scaleOf } from "../../stats/sketch/scale";
import { DEVICES } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import { HOURS_OF_DAY } from "../../vitals/time";
import type { Layout } from "./layout";
import type { Changes } from "./comparison-result";

/**
 * The cells of a table's sides; `usual` are those of the earlier days, where the windows have them. What is
 * re-weighted is pooled, of the other side the masses are enough.
 */
export type TablePools = {
  current: SidePools;
  baseline: SidePools<CellMass>;
  usual: { after: SidePools; before: SidePools<CellMass> } | null;
};

/** How one table of a comparison is read. */
export type TableReading = { plan: ComparisonPlan; layout: Layout; weights: SideWeights };

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

/** Pools a table, good until the scratch is reset. */
export function poolsOf(table: CellTable, { plan, weights }: TableReading, scratch: Scratch): TablePools {
  const days = plan.kind === "before-after" ? ones(plan.shifts.length) : null;
  return {
    current: poolCells(table, CURRENT, weights.current, scratch),
    baseline: weighCells(table, BASELINE, weights.baseline),
    usual:
      days === null
        ? null
        : {
            after: poolCells(table, EARLIER_AFTER, days, scratch),
            before: weighCells(table, EARLIER_BEFORE, days),
          },
  };
}

/** The change of one table, found by the way that its windows ask for. */
export function estimateOf(
  table: CellTable,
  metric: Metric,
  { plan, layout, weights }: TableReading,
  pools: TablePools,
  scratch: Scratch,
): Estimate {
  const current = sideOf(pools.current, metric, table.scale, scratch);
  if (plan.kind === "day-shifted") {
    const currentDays = Math.max(1, Math.floor(plan.current.length / HOURS_OF_DAY));
    const shape = { days: plan.days.length, unitsOfDay: layout.unitsOfDay, currentDays };
    return compareDayShifted(table, metric, shape, weights, current, scratch);
  }
  if (plan.kind === "concurrent") {
    // Summed in the same order as the other side, so that equal data gives no difference, however it is rounded.
    const cells = poolCells(table, BASELINE, weights.baseline, scratch);
    return compareConcurrent(table, metric, weights, {
      current,
      baseline: sideOf(cells, metric, table.scale, scratch),
    });
  }
  const sides = { current, baseline: poolWhole(table, metric, BASELINE, weights.baseline, scratch) };
  switch (plan.kind) {
    case "before-after":
      return compareBeforeAfter(table, metric, plan.shifts.length, sides, scratch);
    case "lifetime":
      return compareLifetime(table, metric, sides);
  }
}

/** What the mix of cells makes of a p75; between two times of day, less what it usually makes of it. */
export class TableMix {
  readonly #metric: Metric;
  readonly #now: MixAccumulator;
  /** Made when there are earlier days. */
  #usual: MixAccumulator | null = null;

  constructor(metric: Metric) {
    this.#metric = metric;
    this.#now = new MixAccumulator(scaleOf(metric));
  }

  clear(): void {
    this.#now.clear();
    this.#usual?.clear();
  }

  add({ current, baseline, usual }: TablePools): void {
    this.#now.add(current, baseline);
    if (usual === null) return;
    this.#usual ??= new MixAccumulator(scaleOf(this.#metric));
    this.#usual.add(usual.after, usual.before);
  }

  effect(measure: Measure): MixEffect {
    const place = goodPlace(this.#metric, scaleOf(this.#metric));
    const now = this.#now.effect(measure, place);
    if (this.#usual === null) return now;
    const usual = this.#usual.effect(measure, place);
    return { ...now, effect: now.effect - usual.effect, good: now.good - usual.good };
  }
}

/** What is found of all routes, and what their mix makes of the site. */
export type RouteFindings = { changes: Map<string, Changes>; mixes: ReadonlyMap<Metric, TableMix> };

export type Mix = NonNullable<Finding["mix"]>;

/** The mix of devices in one table, and the device whose share grew most. */
export function deviceMix({ current, baseline }: TablePools, effect: MixEffect): Mix {
  const now = cellShares(current, DEVICES.length);
  const before = cellShares(baseline, DEVICES.length);
  const [grown] = DEVICES.map((device, i) => ({
    kind: "device" as const,
    device,
    current: now[i] ?? 0,
    baseline: before[i] ?? 0,
  })).sort((a, b) => b.current - b.baseline - (a.current - a.baseline));
  return { ...effect, cause: effect.effect === 0 ? null : (grown ?? null) };
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
