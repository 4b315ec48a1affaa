import type { LoaderFunctionArgs } from "@remix-run/node";
import { authorizeApi } from "../auth/authorize-api.server";
import { readOnlyAction } from "../auth/page-action.server";
import { vitalsJson } from "../presenters/api/vitals-json";
import { csvText } from "../presenters/format/csv";
import {
  BYTE_ORDER_MARK,
  csvFileName,
  parseFormat,
  wantsByteOrderMark,
} from "../presenters/tables/csv-tables";
import { answerRead } from "../runtime/answer-read.server";
import { pageContext } from "../runtime/readers.server";
import { requestQuery } from "../runtime/request-query.server";
import { comparisonOf, csvTable, svgChart } from "../runtime/vitals-exports.server";
import { csvResponse, jsonNoStore, svgResponse } from "../server/responses.server";

/** The figures of the cockpit's page as JSON, one of its tables as CSV, or one of its charts as SVG. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = await authorizeApi(request, "read");
  if (refusal !== null) return refusal;
  return answerRead(() => figures(new URL(request.url).searchParams));
}

async function figures(params: URLSearchParams): Promise<Response> {
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
  const sources = await context.largestSources(view.window);
  const routes = await context.routes();
  const comparison = await comparisonOf(context, view);
  const releases = await context.releaseList();
  return jsonNoStore(
    vitalsJson({
      query,
      view,
      sources,
      routes,
      releases,
      comparison,
      now: context.sources.now,
      ignored: [...ignored, ...format.ignored],
    }),
  );
}

export const action = readOnlyAction;
