import type { LoaderFunctionArgs } from "@remix-run/node";
import { refuseUnlessAdmin } from "../auth/api-guard.server";
import { now } from "../platform/clock.server";
import { vitalsJson } from "../presenters/api/vitals-json";
import { type CsvTableText, csvText } from "../presenters/format/csv";
import { type CsvTable } from "../presenters/format/links";
import { csvFileName, metricsCsv, parseFormat, routesCsv, trendCsv } from "../presenters/tables/csv-tables";
import { releaseFigures, releasePage, releasesCsv } from "../presenters/tables/release-table";
import { type CockpitQuery, parseQuery } from "../query/cockpit-query";
import { comparedQuery } from "../query/comparison/current-release-query";
import { queryComparison } from "../query/comparison/comparison.server";
import type { Comparison, ComparisonResult } from "../query/comparison/comparison-result";
import { comparisonReaders, unitReader } from "../runtime/readers.server";
import { queryReleaseFigures } from "../query/releases/release-figures.server";
import { queryReleases } from "../query/releases/releases.server";
import { queryRoutes, queryView } from "../query/view/view.server";
import type { TrendPoint } from "../query/view/view-result";
import { planWindow, type Reach, resolveWindow } from "../query/window";
import { retention } from "../runtime/rollup.server";
import { database } from "../runtime/database.server";
import { csvResponse, jsonNoStore, methodNotAllowed } from "../server/responses.server";
import { selectReleases } from "../storage/releases.server";
import type { TimeWindow } from "../vitals/time";

/** The twin of the cockpit's page: JSON, or one of its tables as CSV. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = refuseUnlessAdmin(request);
  if (refusal !== null) return refusal;
  const params = new URL(request.url).searchParams;
  const { query, ignored } = parseQuery(params);
  const format = parseFormat(params);
  if ("problem" in format) return jsonNoStore({ error: format.problem }, { status: 400 });
  if (format.csv !== null) {
    const { table, window } = await csvTable(format.csv, query, params.has("page"), now());
    return csvResponse(csvText(table), csvFileName(format.csv, window));
  }
  const [reach, at] = [retention(), now()];
  const compared = await compare(query, reach, at);
  const view = await queryView(unitReader(), compared.query, reach, at);
  const routes = await queryRoutes(unitReader(), compared.query, reach, at);
  const comparison = await compared.with(view.trend);
  const releases = compared.releases ?? (await selectReleases(database().read));
  return jsonNoStore(
    vitalsJson({
      ...{ query, view, routes, releases, comparison, now: at },
      ignored: [...ignored, ...format.ignored],
    }),
  );
}

/** The query whose figures are shown, and what it is compared with. Without `compare` no timeline is worked out. */
async function compare(query: CockpitQuery, reach: Reach, at: number) {
  if (query.compare === null) return { query, releases: null, with: async () => null };
  const history = await queryReleases(database().read, reach.hourly, at);
  const context = { releases: history, reach, now: at };
  return {
    query: comparedQuery(query, history, reach, at),
    releases: history.releases,
    with: (trend: readonly TrendPoint[]) => queryComparison(comparisonReaders(), query, context, trend),
  };
}

/** What a table is made from is all that is read for it. Releases are all of them, unless a page is asked for. */
async function csvTable(
  name: CsvTable,
  query: CockpitQuery,
  paged: boolean,
  at: number,
): Promise<{ table: CsvTableText; window: TimeWindow | null }> {
  const reach = retention();
  if (name === "releases") {
    const { read } = database();
    const page = releasePage(await queryReleases(read, reach.hourly, at), paged ? query.page : "all");
    const builds = page.rows.map(({ buildVersion }) => buildVersion);
    const figures = await queryReleaseFigures(read, builds, query, releaseFigures);
    return { table: releasesCsv(page, figures), window: null };
  }
  const compared = await compare(query, reach, at);
  if (name === "routes") {
    const routes = await queryRoutes(unitReader(), compared.query, reach, at);
    const { window } = planWindow(resolveWindow(query, at), reach, at);
    return { table: routesCsv(query, routes, madeOnly(await compared.with([]))), window };
  }
  const view = await queryView(unitReader(), compared.query, reach, at);
  const comparison = madeOnly(await compared.with(view.trend));
  return {
    table: name === "trend" ? trendCsv(query, view, comparison) : metricsCsv(view, comparison),
    window: view.window,
  };
}

const madeOnly = (result: ComparisonResult | null): Comparison | null => (result?.made ? result : null);

export const action = (): Response => methodNotAllowed("GET, HEAD");
