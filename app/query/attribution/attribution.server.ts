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

/** Size of the sample of each metric, the newest measurements: bounds the query to a few ms. */
const SAMPLE_LIMIT = 2_000;

/** The newest measurements of a route and metric that a filter searches. */
const SEARCH_LIMIT = 50_000;

/**
 * The attribution of a route, from its retained single measurements in the query's window and filters. Limited to the
 * newest ones, so its cost does not grow with their number.
 * @param route replaces the query's route
 * @param limits smaller in tests
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
  const retained = { from: Math.max(window.from, now - retention.raw), to: window.to };
  const filter = filterOf(query);
  const span = query.release === null ? null : await selectReleaseSpan(read, query.release);
  // The search limit must not be spent on newer releases, so the search begins at the end of this one.
  const within = span === null ? retained : intersect(retained, { from: span.first, to: span.last + 1 });
  const causes: Partial<Record<AttributedMetric, MetricAttribution>> = {};
  for (const metric of ATTRIBUTED_METRICS) {
    const selection = { route, metric };
    const floor = await selectReceivedAtPosition(read, selection, within, limits.search - 1);
    const searched = { ...within, from: Math.max(within.from, floor ?? within.from) };
    const samples = await selectAttributedSamples(read, selection, searched, filter, limits.sample);
    const truncatedBy = samples.length === limits.sample ? "sample" : floor === null ? null : "search";
    const coverage = floor === null ? retained : { ...retained, from: searched.from };
    causes[metric] = summariseAttribution(metric, samples, coverage, truncatedBy);
  }
  return { causes: causes as AttributionSummary["causes"], retention: retention.raw, limits };
}

const intersect = (a: TimeWindow, b: TimeWindow): TimeWindow => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});
