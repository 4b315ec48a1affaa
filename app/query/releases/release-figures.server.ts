import { mergePacked } from "../../stats/sketch/packed-sketch";
import { selectReleaseSketches } from "../../storage/release-summaries.server";
import type { Statements } from "../../storage/statements.server";
import type { CockpitQuery } from "../cockpit-query";
import { filterOf } from "../summary-filter";
import { emptySketches, type MetricSketches } from "../view/view-result";

/** Builds per statement, the size of a page: bounds the duration of a statement. */
const BATCH_SIZE = 50;

/**
 * Figures of builds over all retained data, filtered by the query's device and navigation only.
 * @param figuresOf extracts figures from one build's sketches, which are released afterwards to bound memory
 */
export async function queryReleaseFigures<T>(
  read: Statements,
  builds: readonly string[],
  query: CockpitQuery,
  figuresOf: (metrics: MetricSketches) => T,
): Promise<Map<string, T>> {
  const { devices, navigation } = filterOf(query);
  const figures = new Map<string, T>();
  for (let from = 0; from < builds.length; from += BATCH_SIZE) {
    const batch = builds.slice(from, from + BATCH_SIZE);
    const byBuild = new Map(batch.map((build) => [build, emptySketches()]));
    for (const { buildVersion, metric, sketches } of await selectReleaseSketches(read, batch, {
      devices,
      navigation,
    })) {
      const metrics = byBuild.get(buildVersion);
      if (metrics !== undefined) mergePacked(metrics[metric], sketches);
    }
    for (const [build, metrics] of byBuild) figures.set(build, figuresOf(metrics));
  }
  return figures;
}
