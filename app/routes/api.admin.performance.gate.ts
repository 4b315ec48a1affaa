import type { LoaderFunctionArgs } from "@remix-run/node";
import { refuseUnlessAdmin } from "../auth/api-guard.server";
import { now } from "../platform/clock.server";
import { freshJson, methodNotAllowed } from "../platform/http.server";
import { gateResult } from "../presenters/gate";
import { parseGateOptions, wantsGateJson } from "../presenters/gate-options";
import { gateRetryAfter } from "../presenters/gate-retry";
import { COMPARE_PREVIOUS, parseQuery } from "../query/cockpit-query";
import { queryComparison } from "../query/comparison.server";
import { comparisonReaders } from "../query/instance.server";
import { queryReleases } from "../query/releases.server";
import { retention } from "../rollup/instance.server";
import { database } from "../storage/instance.server";

/** The verdict on a release for a deploy job: its status says all that `curl -f` needs to know. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = refuseUnlessAdmin(request);
  if (refusal !== null) return refusal;
  const params = new URL(request.url).searchParams;
  const asJson = wantsGateJson(params, request.headers.get("accept"));
  const parsed = parseGateOptions(params);
  const { query, ignored } = parseQuery(params);
  // A gate that judged something else than it was asked for would be worse than none.
  const problem =
    "problem" in parsed
      ? parsed.problem
      : query.release === null
        ? "release must name the build version to judge."
        : ignored.map(({ param, value }) => `${param} can't be “${value}”.`).join(" ");
  if ("problem" in parsed || problem !== "") {
    return asJson ? freshJson({ error: problem }, { status: 400 }) : text(`${problem}\n`, 400, {});
  }
  const at = now();
  const reach = retention();
  const result = await queryComparison(
    comparisonReaders(),
    { ...query, route: null, compare: query.compare ?? COMPARE_PREVIOUS },
    // One look is declared, and no more are taken.
    {
      releases: await queryReleases(database().read, reach.hourly, at),
      reach,
      now: at,
      looks: "once",
    },
  );
  const gate = gateResult(result, parsed.options, gateRetryAfter(result, parsed.options));
  const headers: Record<string, string> =
    gate.retryAfter === null ? {} : { "Retry-After": String(gate.retryAfter) };
  return asJson
    ? freshJson(gate.json, { status: gate.status, headers })
    : text(gate.text, gate.status, headers);
}

const text = (body: string, status: number, headers: Record<string, string>): Response =>
  new Response(body, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...headers },
  });

export const action = (): Response => methodNotAllowed("GET, HEAD");
