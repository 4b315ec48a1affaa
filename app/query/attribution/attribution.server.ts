import {
  selectAttributedSamples,
  selectReceivedAtPosition,
  selectReleaseSpan,
} from "../../storage/attribution.server";
import type { Statements } from "../../storage/statements.server";
import { ATTRIBUTED_METRICS, type AttributedMetric } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import { filterOf } from "../summary-filter";
import { planWindow, resolveWindow, type SummaryRetention } from "../window";
import type { AttributionLimits, AttributionSummary, MetricAttribution } from "./attribution-result";
import { summariseAttribution } from "./attribution-summary";

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
export async function queryAttribution(
  read: Statements,
  query: CockpitQuery,
  route: string,
  retention: SummaryRetention & { raw: number },
  now: number,
  limits: AttributionLimits = { sample: SAMPLE_LIMIT, search: SEARCH_LIMIT },
): Promise<AttributionSummary> {
  const { window } = planWindow(resolveWindow(query, now), retention, now);
  const kept = { from: Math.max(window.from, now - retention.raw), to: window.to };
  const filter = filterOf(query);
  const span = query.release === null ? null : await selectReleaseSpan(read, query.release);
  // Traffic of an older release lies behind that of newer ones: looking begins where it ended.
  const within = span === null ? kept : intersect(kept, { from: span.first, to: span.last + 1 });
  const causes: Partial<Record<AttributedMetric, MetricAttribution>> = {};
  for (const metric of ATTRIBUTED_METRICS) {
    const of = { route, metric };
    const floor = await selectReceivedAtPosition(read, of, within, limits.search - 1);
    const searched = { ...within, from: Math.max(within.from, floor ?? within.from) };
    const samples = await selectAttributedSamples(read, of, searched, filter, limits.sample);
    const cut = samples.length === limits.sample ? "sample" : floor === null ? null : "search";
    const looked = floor === null ? kept : { ...kept, from: searched.from };
    causes[metric] = summariseAttribution(metric, samples, looked, cut);
  }
  return { causes: causes as AttributionSummary["causes"], retention: retention.raw, limits };
}

const intersect = (a: TimeWindow, b: TimeWindow): TimeWindow => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});
