import type { Change } from "../../query/comparison/comparison-result";
import type { Metric } from "../../vitals/metrics";

export type GateOutcome = "pass" | "regression" | "inconclusive" | "not-enough-data" | "unknown-release";

/** One judged change; `route` is `null` for the site as a whole. */
export type Judged = { route: string | null; metric: Metric; change: Change };
