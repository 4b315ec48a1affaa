import type { RecentSketches } from "../../query/releases/recent-sketches-result";
import { METRICS } from "../../vitals/metrics";
import { SECOND } from "../../vitals/time";
import { metricFigures } from "../format/metric-figures";

/** Labels of every gauge; `release` is `all` for the role `all`, as in URLs. */
export const GAUGE_LABELS = ["metric", "device", "role", "release", "window"] as const;

/** One series of a gauge and its value. */
export type GaugeSeries = { labels: Record<(typeof GAUGE_LABELS)[number], string>; value: number };

/** The series of each gauge. `p75Seconds` has the metrics that are times, `p75Score` has CLS. */
export type VitalsGauges = Record<"p75Seconds" | "p75Score" | "goodRatio" | "samples", GaugeSeries[]>;

/**
 * The figures of the JSON endpoint as gauges in base units. A figure that is absent there has no series: everything
 * without samples, and the p75 of fewer than 30.
 */
export function vitalsGauges(recent: readonly RecentSketches[]): VitalsGauges {
  const gauges: VitalsGauges = { p75Seconds: [], p75Score: [], goodRatio: [], samples: [] };
  for (const { range, device, role, release, metrics } of recent) {
    for (const metric of METRICS) {
      const { n, percentiles, shares, unit } = metricFigures(metric, metrics[metric]);
      if (shares === null) continue;
      const labels = { metric, device, role, release: release ?? "all", window: range };
      gauges.samples.push({ labels, value: n });
      gauges.goodRatio.push({ labels, value: shares.good });
      const p75 = percentiles[75];
      if (p75 === null) continue;
      if (unit === "ms") gauges.p75Seconds.push({ labels, value: p75 / SECOND });
      else gauges.p75Score.push({ labels, value: p75 });
    }
  }
  return gauges;
}
