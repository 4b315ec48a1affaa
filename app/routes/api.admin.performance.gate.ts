import type { LoaderFunctionArgs } from "@remix-run/node";
import { authorizeApi } from "../auth/authorize-api.server";
import { readOnlyAction } from "../auth/page-action.server";
import { gateResult } from "../presenters/api/gate";
import { gateFormat, parseGateOptions } from "../presenters/api/gate-options";
import { gateRetryAfter } from "../presenters/api/gate-retry";
import { gateHref } from "../presenters/format/links";
import { COMPARE_PREVIOUS, type CockpitQuery, type IgnoredParam } from "../query/cockpit-query";
import { answerRead } from "../runtime/answer-read.server";
import { pageContext } from "../runtime/readers.server";
import { requestQuery } from "../runtime/request-query.server";
import { originOf } from "../server/request-origin.server";
import { jsonNoStore } from "../server/responses.server";

/** The verdict on a release for a deploy job: its status says all that `curl -f` needs to know. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = await authorizeApi(request, "gate");
  if (refusal !== null) return refusal;
  return answerRead(() => judge(request));
}

async function judge(request: Request): Promise<Response> {
  const params = new URL(request.url).searchParams;
  const format = gateFormat(params, request.headers.get("accept"));
  const parsed = parseGateOptions(params);
  const { query, ignored } = await requestQuery(params);
  // A gate that judged something else than it was asked for would be worse than none.
  const problem = "problem" in parsed ? parsed.problem : problemOf(query, ignored, params);
  if ("problem" in parsed || problem !== "") {
    return format === "json" ? jsonNoStore({ error: problem }, { status: 400 }) : text(`${problem}\n`, 400);
  }
  const context = pageContext({ ...query, route: null, compare: query.compare ?? COMPARE_PREVIOUS });
  const { releases } = await context.releases();
  // One look is declared, and no more are taken.
  const result = await context.comparison(null, "once");
  const { now } = context.sources;
  const judged = releases.find(({ buildVersion }) => buildVersion === query.release);
  const retryAfter = gateRetryAfter(result, parsed.options, judged?.lastSeenAt ?? null, now);
  const href = new URL(gateHref(query, result), originOf(request)).href;
  const sources = result.status === "compared" ? await context.comparedSources(result) : null;
  const gate = gateResult(result, parsed.options, retryAfter, href, sources);
  const headers: Record<string, string> =
    gate.retryAfter === null ? {} : { "Retry-After": String(gate.retryAfter) };
  if (format === "json") return jsonNoStore(gate.json, { status: gate.status, headers });
  if (format === "markdown")
    return text(gate.markdown, gate.status, { ...headers, "Content-Type": "text/markdown; charset=utf-8" });
  return text(gate.text, gate.status, headers);
}

/** What is wrong with the parameters that the gate shares with the cockpit; empty where nothing is. */
function problemOf(
  { release, compare }: CockpitQuery,
  ignored: readonly IgnoredParam[],
  params: URLSearchParams,
): string {
  if (release === null) return "release must name the build version to judge.";
  if (compare?.with === "build" && compare.buildVersion === release) {
    return "compare is the release itself; it takes another build version, or previous.";
  }
  return ignored
    .map(({ param, value }) => {
      const times = params.getAll(param).filter((text) => text !== "").length;
      return times > 1 ? `${param} is given ${times} times; give it once.` : `${param} can't be “${value}”.`;
    })
    .join(" ");
}

const text = (body: string, status: number, headers: Record<string, string> = {}): Response =>
  new Response(body, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...headers },
  });

export const action = readOnlyAction;
