import type { ActionFunctionArgs } from "@remix-run/node";
import { isSameOrigin } from "../auth/same-origin.server";
import { parseCspReport, recordCspReport } from "../observability/csp-reports.server";
import { BodyError, readBody } from "../server/request-body.server";
import { jsonNoStore, methodNotAllowed } from "../server/responses.server";

const MAX_BODY = 16 * 1024;

/** What browsers blocked on the cockpit's own pages. */
export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  if (request.method !== "POST") return methodNotAllowed("POST");
  if (!isSameOrigin(request)) {
    return jsonNoStore({ error: "Only pages of the cockpit may report here." }, { status: 403 });
  }
  try {
    const report = parseCspReport(await readBody(request, MAX_BODY));
    if (report === null) {
      return jsonNoStore({ error: "The body must be a report as browsers send it." }, { status: 400 });
    }
    recordCspReport(report);
    return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return jsonNoStore({ error: error.message }, { status: error.status, headers: { Connection: "close" } });
  }
}

export const loader = (): Response => methodNotAllowed("POST");
