import type { JointEstimate } from "../../stats/comparison/joint/joint-estimate";
import type { Metric } from "../../vitals/metrics";

/** The joint regression of each metric; `null` where one has too few hours of its own. */
export type SiteModel = ReadonlyMap<Metric, JointEstimate | null>;
