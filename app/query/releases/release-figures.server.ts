import { mergePacked } from "../../stats/sketch/packed-sketch";
import { selectReleaseSketches } from "../../storage/release-summaries.server";
import type { Statements } from "../../storage/statements.server";
import type { CockpitQuery } from "../cockpit-query";
import { filterOf } from "../summary-filter";
import { emptySketches, type MetricSketches } from "../view/view-result";

/** Builds that are read with one statement: as many as a page has, so that none takes long. */
const BUILDS = 50;

/**
 * What everything that is kept says of builds, one after the other, under the query's device and navigation
 * (its times, route and release don't count here).
 * @param make what is wanted of one build's sketches; they are let go afterwards, so that memory is bounded
 */
export async function queryReleaseFigures<T>(
  read: Statements,
  builds: readonly string[],
  query: CockpitQuery,
  make: (metrics: MetricSketches) => T,
): Promise<Map<string, T>> {
  const { devices, navigation } = filterOf(query);
  const made = new Map<string, T>();
  for (let from = 0; from < builds.length; from += BUILDS) {
    const part = builds.slice(from, from + BUILDS);
    const found = new Map(part.map((build) => [build, emptySketches()]));
    for (const { buildVersion, metric, sketches } of await selectReleaseSketches(read, part, {
      devices,
      navigation,
    })) {
      const metrics = found.get(buildVersion);
      if (metrics !== undefined) mergePacked(metrics[metric], sketches);
    }
    for (const [build, metrics] of found) made.set(build, make(metrics));
  }
  return made;
}
