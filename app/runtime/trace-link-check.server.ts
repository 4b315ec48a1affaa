import type { CheckResult } from "../grafana/check/check-result";
import { metricsQuestion, routeQuestions, viewQuestions } from "../grafana/check/link-questions";
import type { GrafanaConfig } from "../grafana/grafana-config";
import { grafanaView, isNamedRoute } from "../grafana/grafana-view";
import { knownRoutes } from "../grafana/siblings";
import { slowThreshold } from "../grafana/slow-threshold";
import { type CheckLimits, checkLinks } from "../observability/tempo/check-links.server";
import type { TempoConfig } from "../observability/tempo/tempo-client.server";
import { monotonic } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { createRefreshed } from "../platform/refreshed";
import { singleton } from "../platform/singleton.server";
import { waitedP75 } from "../presenters/cockpit-page/route-table";
import { routeTable } from "../presenters/tables/route-ranking";
import { type CockpitQuery, DEFAULT_QUERY } from "../query/cockpit-query";
import { SECOND } from "../vitals/time";
import { observability } from "./observability.server";
import { pageContext } from "./readers.server";

/** Routes with most page views whose links are checked. */
const ROUTES = 10;

/**
 * Asks Tempo what the links of the busiest routes ask, for the last 24 hours and the current release.
 * @returns `null` where no route was measured
 */
export async function checkTraceLinks(
  grafana: GrafanaConfig,
  tempo: TempoConfig,
  limits: CheckLimits,
): Promise<CheckResult | null> {
  const { timeline } = await pageContext(DEFAULT_QUERY).releases();
  const query: CockpitQuery = { ...DEFAULT_QUERY, release: timeline.current, sort: "views" };
  const context = pageContext(query);
  const { now } = context.sources;
  const results = await context.routes();
  const { rows } = routeTable(results, query);
  const byRoute = new Map(results.map((result) => [result.route, result]));
  const view = grafanaView(query, now, knownRoutes(await context.knownRoutes()));
  const routes = rows
    .filter(({ route }) => isNamedRoute(route))
    .slice(0, ROUTES)
    .map((row) => {
      const threshold = slowThreshold(waitedP75(row, byRoute.get(row.route)));
      return routeQuestions(grafana, view, row.route, threshold);
    });
  const [first] = routes;
  if (first === undefined) return null;
  return checkLinks(
    tempo,
    {
      routes,
      view: viewQuestions(grafana, view, first.slow.window),
      metrics: metricsQuestion(grafana, view),
      assumedVersion: env().GRAFANA_TEMPO_VERSION,
      service: grafana.serviceName,
      release: view.release,
    },
    limits,
  );
}

/** On the page: one check at a time for all readers, and none within a few seconds of the last. */
const PAGE_LIMITS = { request: 5 * SECOND, total: 20 * SECOND, maxAge: 10 * SECOND } as const;

/** Name of the variable without which no link can be checked; `null` where none is missing. */
export function missingForCheck(): string | null {
  const { grafana, checkedTempo: tempo } = observability();
  if (grafana === null) return "GRAFANA_BASE_URL";
  return tempo === null ? "GRAFANA_TEMPO_URL" : null;
}

/**
 * The result of a check that is at most a few seconds old.
 * @returns `null` where no route was measured
 * @throws Error when a variable is missing, or the routes could not be read
 */
export async function recentTraceLinkCheck(): Promise<CheckResult | null> {
  const recent = await singleton("trace-link-check", createRecentCheck)();
  if (recent === null) throw new Error("The links to traces could not be checked.");
  return recent.result;
}

function createRecentCheck(): () => Promise<{ result: CheckResult | null } | null> {
  const { request, total, maxAge } = PAGE_LIMITS;
  return createRefreshed({
    load: async () => {
      const { grafana, checkedTempo: tempo } = observability();
      if (grafana === null || tempo === null) throw new Error(`${missingForCheck()} is not set.`);
      const limits = { request, stopped: AbortSignal.timeout(total) };
      return { result: await checkTraceLinks(grafana, tempo, limits) };
    },
    maxAge,
    timeout: 2 * total,
    monotonic,
    onFailure: (err) => log().error({ err }, "the links to traces could not be checked"),
  });
}
