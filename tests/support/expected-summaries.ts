import { unpackSketch } from "../../app/stats/sketch/packed-sketch";
import { bucketOf, scaleOf } from "../../app/stats/sketch/scale";
import { GRAINS, SUMMARY_SETS, type SummarySet, tableName } from "../../app/storage/summary-sets";
import type { Measurement } from "../../app/vitals/measurement";
import { rate } from "../../app/vitals/metrics";
import { storedNavigationOf } from "../../app/vitals/navigation";
import type { Store } from "./store";

/** A summary for comparisons: its counts, and the samples of each bucket. */
export type ComparableSummary = {
  samples: number;
  good: number;
  needsImprovement: number;
  poor: number;
  buckets: Record<number, number>;
};

/** Summaries by table and key, without empty ones. */
export type ComparableSummaries = Record<string, Record<string, ComparableSummary>>;

const keyOf = (set: SummarySet, m: Measurement): string =>
  JSON.stringify([
    Math.floor(m.receivedAt / GRAINS[set.grain].length),
    m.metric,
    set.scope === "totals" ? "" : m.route,
    m.device,
    storedNavigationOf(m.navigationType, m.deliveryType ?? null),
    m.buildVersion,
  ]);

/**
 * The expected summaries, computed from the measurements one by one.
 * @param isRetained whether a unit of a set (counted since the epoch) is within its retention
 */
export function expectedSummaries(
  measurements: Iterable<Measurement>,
  isRetained: (set: SummarySet, unit: number) => boolean = () => true,
): ComparableSummaries {
  const tables: ComparableSummaries = Object.fromEntries(SUMMARY_SETS.map((set) => [tableName(set), {}]));
  for (const measurement of measurements) {
    const bucket = bucketOf(scaleOf(measurement.metric), measurement.value);
    const rating = rate(measurement.metric, measurement.value);
    for (const set of SUMMARY_SETS) {
      if (!isRetained(set, Math.floor(measurement.receivedAt / GRAINS[set.grain].length))) continue;
      const table = tables[tableName(set)] ?? {};
      const key = keyOf(set, measurement);
      const summary = table[key] ?? { samples: 0, good: 0, needsImprovement: 0, poor: 0, buckets: {} };
      table[key] = summary;
      summary.samples += 1;
      summary[rating === "needs-improvement" ? "needsImprovement" : rating] += 1;
      summary.buckets[bucket] = (summary.buckets[bucket] ?? 0) + 1;
    }
  }
  return tables;
}

type Row = {
  unit: number;
  metric: string;
  route: string;
  device: string;
  navigation: string;
  build_version: string;
  samples: number;
  good: number;
  needs_improvement: number;
  poor: number;
  sketch: Buffer;
};

export function storedSummaries(store: Pick<Store, "rows">): ComparableSummaries {
  return Object.fromEntries(
    SUMMARY_SETS.map((set) => {
      const rows = store.rows<Row>(`SELECT ${GRAINS[set.grain].column} AS unit, * FROM ${tableName(set)}`);
      const table = rows
        .filter(({ samples }) => samples > 0)
        .map((row): [string, ComparableSummary] => {
          const { unit, metric, route, device, navigation, build_version: build } = row;
          const buckets: Record<number, number> = {};
          unpackSketch(row.sketch).counts.forEach((count, bucket) => {
            if (count !== 0) buckets[bucket] = count;
          });
          const { samples, good, needs_improvement: needsImprovement, poor } = row;
          const key = JSON.stringify([unit, metric, route, device, navigation, build]);
          return [key, { samples, good, needsImprovement, poor, buckets }];
        });
      return [tableName(set), Object.fromEntries(table)];
    }),
  );
}
