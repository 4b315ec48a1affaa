import type { LoaderFunctionArgs } from "@remix-run/node";
import { authorizeApi } from "../auth/authorize-api.server";
import { vitalsJson } from "../presenters/api/vitals-json";
import { type CsvTableText, csvText } from "../presenters/format/csv";
import type { CsvTable, SvgChart } from "../presenters/format/links";
import { releaseCharts } from "../presenters/releases-page/release-charts";
import {
  BYTE_ORDER_MARK,
  csvFileName,
  metricsCsv,
  parseFormat,
  routesCsv,
  trendCsv,
  wantsByteOrderMark,
} from "../presenters/tables/csv-tables";
import { releaseFigures, releasePage, releasesCsv } from "../presenters/tables/release-table";
import { chartWindow } from "../presenters/trend/chart-trend";
import { releaseStarts } from "../presenters/trend/release-markers";
import { releasesSvg, trendSvg } from "../presenters/trend/svg-document";
import { trendChart } from "../presenters/trend/trend-chart";
import type { Comparison, ComparisonResult } from "../query/comparison/comparison-result";
import type { PageContext } from "../query/page-context.server";
import type { ViewResult } from "../query/view/view-result";
import { planWindow, resolveWindow } from "../query/window";
import { pageContext } from "../runtime/readers.server";
import { requestQuery } from "../runtime/request-query.server";
import { csvResponse, jsonNoStore, methodNotAllowed, svgResponse } from "../server/responses.server";
import type { TimeWindow } from "../vitals/time";

/** The figures of the cockpit's page as JSON, one of its tables as CSV, or one of its charts as SVG. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = await authorizeApi(request, "read");
  if (refusal !== null) return refusal;
  const params = new URL(request.url).searchParams;
  const { query, ignored } = await requestQuery(params);
  const format = parseFormat(params);
  if ("problem" in format) return jsonNoStore({ error: format.problem }, { status: 400 });
  if (format.as === "svg") return svgResponse(await svgChart(format.chart, pageContext(query)));
  if (format.as === "csv") {
    // A table has no place to name them in, and its reader is a program.
    const [first] = ignored;
    if (first !== undefined) {
      return jsonNoStore({ error: `${first.param} can't be “${first.value}”.` }, { status: 400 });
    }
    const marked = wantsByteOrderMark(params);
    if (marked === null) return jsonNoStore({ error: "bom must be 0 or 1." }, { status: 400 });
    const { table, window } = await csvTable(format.table, pageContext(query), params.has("page"));
    const text = (marked ? BYTE_ORDER_MARK : "") + csvText(table);
    return csvResponse(text, csvFileName(format.table, window));
  }
  const context = pageContext(query);
  const view = await context.view();
  const routes = await context.routes();
  const comparison = await comparisonOf(context, view);
  const releases = await context.releaseList();
  return jsonNoStore(
    vitalsJson({
      query,
      view,
      routes,
      releases,
      comparison,
      now: context.sources.now,
      ignored: [...ignored, ...format.ignored],
    }),
  );
}

/** The comparison that the query asks for; `null` where it asks for none. */
const comparisonOf = async (
  context: PageContext,
  view: ViewResult | null,
): Promise<ComparisonResult | null> => (context.query.compare === null ? null : context.comparison(view));

/** Reads only what the table holds. All releases, unless a page is asked for. */
async function csvTable(
  name: CsvTable,
  context: PageContext,
  paged: boolean,
): Promise<{ table: CsvTableText; window: TimeWindow | null }> {
  const { query, sources } = context;
  if (name === "releases") {
    const page = releasePage(await context.releases(), paged ? query.page : "all");
    return {
      table: releasesCsv(page, await context.releaseFigures(page.rows, releaseFigures)),
      window: null,
    };
  }
  if (name === "routes") {
    const routes = await context.routes();
    const { window } = planWindow(resolveWindow(query, sources.now), sources.retention, sources.now);
    return { table: routesCsv(query, routes, compared(await comparisonOf(context, null))), window };
  }
  const view = await context.view();
  const comparison = compared(await comparisonOf(context, view));
  return {
    table: name === "trend" ? trendCsv(query, view, comparison) : metricsCsv(view, comparison),
    window: name === "trend" ? chartWindow(view, comparison) : view.window,
  };
}

/** The trend of the chosen metric, or the releases' charts, as an image. */
async function svgChart(chart: SvgChart, context: PageContext): Promise<string> {
  const { query, sources } = context;
  const releases = await context.releases();
  if (chart === "releases") {
    const { rows } = releasePage(releases, "all");
    return releasesSvg(releaseCharts(rows, await context.releaseFigures(rows, releaseFigures)), query);
  }
  const view = await context.view();
  const comparison = compared(await comparisonOf(context, view));
  const window = chartWindow(view, comparison);
  const model = trendChart(view, releaseStarts(releases, window), query, sources.now, "cockpit", comparison);
  return trendSvg(model, query, window);
}

const compared = (result: ComparisonResult | null): Comparison | null =>
  result?.status === "compared" ? result : null;

export const action = (): Response => methodNotAllowed("GET, HEAD");
