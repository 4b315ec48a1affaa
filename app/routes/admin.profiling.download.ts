import type { LoaderFunctionArgs } from "@remix-run/node";
import { rejectUnlessAdmin } from "../auth/api-guard.server";
import { requireAdmin } from "../auth/require-admin.server";
import { FILE_ENDINGS } from "../profiling/profile-record";
import { ProfilingError } from "../profiling/start-request";
import { profileSource, requireProfiling } from "../runtime/profiling.server";
import { wantsJson } from "../server/json-page.server";
import { jsonNoStore, methodNotAllowed } from "../server/responses.server";

/** The file of a profile, for Chrome DevTools and speedscope. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  requireProfiling();
  const refusal = wantsJson(request) ? rejectUnlessAdmin(request, "profile") : null;
  if (refusal !== null) return refusal;
  requireAdmin(request, "profile");
  const { searchParams } = new URL(request.url);
  try {
    const source = profileSource(searchParams.get("target") ?? "");
    const { record, content } = await source.read(searchParams.get("id") ?? "");
    return new Response(new Uint8Array(content), {
      headers: {
        "Cache-Control": "no-store",
        "Content-Type": "application/json",
        "Content-Disposition": `attachment; filename="${record.id}${FILE_ENDINGS[record.kind]}"`,
      },
    });
  } catch (error) {
    if (!(error instanceof ProfilingError)) throw error;
    return jsonNoStore({ error: error.message }, { status: error.status });
  }
}

export function action(): Response {
  requireProfiling();
  return methodNotAllowed("GET, HEAD");
}
