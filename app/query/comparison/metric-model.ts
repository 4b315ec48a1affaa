import type { MixCause } from "../../stats/comparison/change";
import {
  type JointEstimate,
  type JointInput,
  jointEstimate,
} from "../../stats/comparison/joint/joint-estimate";
import { type TimeToVariance, timeToVariance } from "../../stats/comparison/joint/settle";
import { Scratch } from "../../stats/comparison/pools";
import type { Metric } from "../../vitals/metrics";
import { grownDevice, lifetimeEstimate, type TableEstimate } from "./findings";

/** A metric of the site: the joint regression, or everything there is where the metric has too few hours for that. */
export type MetricModel = {
  /** The device whose share grew most. */
  grown: MixCause | null;
} & (
  | { joint: JointEstimate; timeTo: TimeToVariance; lifetime: null }
  | { joint: null; lifetime: Omit<TableEstimate, "pools"> }
);

export type SiteModel = ReadonlyMap<Metric, MetricModel>;

/** @param input with the hours of all builds */
export function metricModel(input: JointInput): MetricModel {
  const { table, metric } = input;
  const grown = grownDevice(table);
  // Arrays of its own: what it gives is remembered.
  const joint = jointEstimate(input, new Scratch());
  if (joint !== null) return { grown, joint, timeTo: timeToVariance(joint.fit), lifetime: null };
  const units = 1 + Math.max(0, ...table.units.slice(0, table.length));
  const { estimate, mix } = lifetimeEstimate(table, metric, units);
  return { grown, joint, lifetime: { estimate, mix } };
}
