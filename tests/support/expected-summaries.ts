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

/** The summaries of a table, as they are stored. */
function tableSummaries(store: Pick<Store, "rows">, set: SummarySet): Record<string, ComparableSummary> {
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
  return Object.fromEntries(table);
}

/** Adds the counts of a summary to those of the key in `table`. */
function addSummary(table: Record<string, ComparableSummary>, key: string, added: ComparableSummary): void {
  const sum = table[key] ?? { samples: 0, good: 0, needsImprovement: 0, poor: 0, buckets: {} };
  table[key] = sum;
  for (const count of ["samples", "good", "needsImprovement", "poor"] as const) sum[count] += added[count];
  for (const [bucket, count] of Object.entries(added.buckets)) {
    sum.buckets[Number(bucket)] = (sum.buckets[Number(bucket)] ?? 0) + count;
  }
}

const unitOf = (key: string): number => JSON.parse(key)[0];

/** The summaries of all tables: an open hour or day has those that it consists of, whatever its own table holds. */
export function storedSummaries(store: Pick<Store, "rows">): ComparableSummaries {
  const open = store.rows<{ grain: string; unit: number }>("SELECT grain, unit FROM open_periods");
  const tables: ComparableSummaries = {};
  for (const scope of ["routes", "totals"] as const) {
    tables[tableName({ grain: "fiveMinutes", scope })] = tableSummaries(store, {
      grain: "fiveMinutes",
      scope,
    });
    for (const [grain, finer] of [
      ["hourly", "fiveMinutes"],
      ["daily", "hourly"],
    ] as const) {
      const units = new Set(open.filter((period) => period.grain === grain).map(({ unit }) => unit));
      const own = Object.entries(tableSummaries(store, { grain, scope }));
      const table = Object.fromEntries(own.filter(([key]) => !units.has(unitOf(key))));
      tables[tableName({ grain, scope })] = table;
      const periods = GRAINS[grain].length / GRAINS[finer].length;
      for (const [key, part] of Object.entries(tables[tableName({ grain: finer, scope })] ?? {})) {
        const [unit, ...rest] = JSON.parse(key);
        const period = Math.floor(unit / periods);
        if (units.has(period)) addSummary(table, JSON.stringify([period, ...rest]), part);
      }
    }
  }
  return tables;
}
