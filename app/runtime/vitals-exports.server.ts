import type { CsvTableText } from "../presenters/format/csv";
import type { CsvTable, SvgChart } from "../presenters/format/links";
import { releaseCharts } from "../presenters/releases-page/release-charts";
import { metricsCsv, routesCsv, trendCsv } from "../presenters/tables/csv-tables";
import { releaseFigures, releasePage, releasesCsv } from "../presenters/tables/release-table";
import { chartWindow } from "../presenters/trend/chart-trend";
import { releaseStarts } from "../presenters/trend/release-markers";
import { releasesSvg, trendSvg } from "../presenters/trend/svg-document";
import { trendChart } from "../presenters/trend/trend-chart";
import type { Comparison, ComparisonResult } from "../query/comparison/comparison-result";
import type { PageContext } from "../query/page-context.server";
import type { ViewResult } from "../query/view/view-result";
import { planWindow, resolveWindow } from "../query/window";
import type { TimeWindow } from "../vitals/time";

/** The comparison that the query asks for; `null` where it asks for none. */
export const comparisonOf = async (
  context: PageContext,
  view: ViewResult | null,
): Promise<ComparisonResult | null> => (context.query.compare === null ? null : context.comparison(view));

/** Reads only what the table holds. All releases, unless a page is asked for. */
export async function csvTable(
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
export async function svgChart(chart: SvgChart, context: PageContext): Promise<string> {
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
