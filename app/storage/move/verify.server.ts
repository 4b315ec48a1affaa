import { mergePacked } from "../../stats/sketch/packed-sketch";
import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, quantiles, type Sketch } from "../../stats/sketch/sketch";
import type { Metric } from "../../vitals/metrics";
import { selectSpan } from "../space.server";
import type { Statements } from "../statements.server";
import { selectGroups } from "../summary-periods.server";
import { GRAINS, SUMMARY_SETS, type SummarySet, tableName } from "../summary-sets";

const PERCENTILES = [0.5, 0.75, 0.95, 0.99];

/** Periods that are read at once. */
const STEP = 500;

/**
 * Compares the percentiles of each metric over all periods of each table of summaries in two databases.
 * @returns what differs
 */
export async function differences(one: Statements, other: Statements): Promise<string[]> {
  const found: string[] = [];
  for (const set of SUMMARY_SETS) {
    const [here, there] = [await figuresOf(one, set), await figuresOf(other, set)];
    for (const metric of new Set([...here.keys(), ...there.keys()])) {
      const [expected, actual] = [here.get(metric) ?? "no samples", there.get(metric) ?? "no samples"];
      if (expected !== actual)
        found.push(`${metric} of ${tableName(set)} is ${actual} instead of ${expected}`);
    }
  }
  return found;
}

/** Samples and percentiles of each metric, as a text. */
async function figuresOf(on: Statements, set: SummarySet): Promise<Map<Metric, string>> {
  const merged = new Map<Metric, Sketch>();
  const { column, length } = GRAINS[set.grain];
  const { oldest, newest } = await selectSpan(on, { table: tableName(set), column, length });
  const from = (oldest ?? 0) / length;
  const to = newest === null ? from : newest / length + 1;
  for (let at = from; at < to; at += STEP) {
    const window = { ...set, from: at, to: Math.min(to, at + STEP) };
    const everything = { route: null, buildVersion: null, devices: null, navigation: null };
    for (const { metric, sketches } of await selectGroups(on, window, everything)) {
      const into = merged.get(metric) ?? createSketch(scaleOf(metric));
      merged.set(metric, into);
      mergePacked(into, sketches);
    }
  }
  return new Map(
    [...merged].map(([metric, sketch]) => [
      metric,
      `${quantiles(sketch, PERCENTILES).join(", ")} (n ${sketch.n})`,
    ]),
  );
}
