import type { vitalsJson } from "../../../app/presenters/api/vitals-json";
import { METRICS, type Metric, MIN_SAMPLES_FOR_PERCENTILE, rate } from "../../../app/vitals/metrics";
import { precisionOf } from "../precision";
import type { Exported } from "./ledger";

type Vitals = Pick<ReturnType<typeof vitalsJson>, "current">;

/** What summaries report otherwise than a recount of their measurements. */
export function differences({ current }: Vitals, measurements: readonly Exported[]): string[] {
  return METRICS.flatMap((metric) => {
    const values = measurements.filter((one) => one.metric === metric).map(({ value }) => value);
    const { counts, percentiles } = current.metrics[metric];
    const expected = { good: 0, needsImprovement: 0, poor: 0 };
    for (const value of values) {
      const rating = rate(metric, value);
      expected[rating === "needs-improvement" ? "needsImprovement" : rating] += 1;
    }
    const [actual, wanted] = [counts, expected].map((one) => JSON.stringify(one));
    if (actual !== wanted) return [`${metric}: ${actual} instead of ${wanted}`];
    const p75 = percentileOf(values, 0.75);
    if (values.length < MIN_SAMPLES_FOR_PERCENTILE || percentiles[75] === null) return [];
    return Math.abs(percentiles[75] - p75) <= precisionOf(metric as Metric, p75)
      ? []
      : [`${metric}: the p75 is ${percentiles[75]} instead of ${p75}`];
  });
}

/** By the nearest rank. */
const percentileOf = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
