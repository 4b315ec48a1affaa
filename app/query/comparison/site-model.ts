import type { MixCause } from "../../stats/comparison/change";
import type { Finding } from "../../stats/comparison/finding";
import type { JointEstimate } from "../../stats/comparison/joint/joint-estimate";
import type { TimeToVariance } from "../../stats/comparison/joint/settle";
import type { Metric } from "../../vitals/metrics";
import type { TableEstimate } from "./findings";

/** A metric of the site: the joint regression, or everything there is where the metric has too few hours for that. */
export type MetricModel = {
  /** The device whose share grew most. */
  grown: MixCause | null;
} & (
  | { joint: JointEstimate; timeTo: TimeToVariance; lifetime: null }
  | { joint: null; lifetime: Omit<TableEstimate, "pools"> & Pick<Finding, "missingHours"> }
);

export type SiteModel = ReadonlyMap<Metric, MetricModel>;
