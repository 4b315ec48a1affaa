import { selectCauses, selectReceivedAtPosition, selectReleaseSpan } from "../../storage/attribution.server";
import type { Statements } from "../../storage/statements.server";
import { CAUSED_METRICS, type CausedMetric } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import { summariseCauses } from "./attribution-summary";
import type { MetricCauses, SlowParts, SlowPartsLimits } from "./attribution-result";
import { filterOf } from "../view/view.server";
import { planWindow, type Reach, resolveWindow } from "../window";

/** Measurements of a metric whose attribution is read: the newest ones. A few ms, however many there are. */
const SAMPLE_LIMIT = 2_000;

/** The newest measurements of a route and metric among which those of a filter are looked for. */
const SEARCH_LIMIT = 50_000;

/**
 * What is slow on a route, from its single measurements: those of the query's window that are still kept,
 * under the query's filters, the newest first up to a limit. So its cost does not follow their number.
 * @param route whatever route the query names
 * @param limits smaller ones for tests
 */
export async function querySlowParts(
  read: Statements,
  query: CockpitQuery,
  route: string,
  reach: Reach & { raw: number },
  now: number,
  limits: SlowPartsLimits = { sample: SAMPLE_LIMIT, search: SEARCH_LIMIT },
): Promise<SlowParts> {
  const { window } = planWindow(resolveWindow(query, now), reach, now);
  const kept = { from: Math.max(window.from, now - reach.raw), to: window.to };
  const filter = filterOf(query);
  const span = query.release === null ? null : await selectReleaseSpan(read, query.release);
  // Traffic of an older release lies behind that of newer ones: looking begins where it ended.
  const within = span === null ? kept : intersect(kept, { from: span.first, to: span.last + 1 });
  const causes: Partial<Record<CausedMetric, MetricCauses>> = {};
  for (const metric of CAUSED_METRICS) {
    const of = { route, metric };
    const floor = await selectReceivedAtPosition(read, of, within, limits.search - 1);
    const searched = { ...within, from: Math.max(within.from, floor ?? within.from) };
    const samples = await selectCauses(read, of, searched, filter, limits.sample);
    const cut = samples.length === limits.sample ? "sample" : floor === null ? null : "search";
    const looked = floor === null ? kept : { ...kept, from: searched.from };
    causes[metric] = summariseCauses(metric, samples, looked, cut);
  }
  return { causes: causes as SlowParts["causes"], retention: reach.raw, limits };
}

const intersect = (a: TimeWindow, b: TimeWindow): TimeWindow => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});
