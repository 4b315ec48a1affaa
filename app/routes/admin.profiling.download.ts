import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { authorizeJsonPage } from "../auth/authorize-json-page.server";
import { readOnlyAction } from "../auth/page-action.server";
import { FILE_ENDINGS } from "../profiling/profile-record";
import { ProfilingError } from "../profiling/start-request";
import { profileSource, requireProfiling } from "../runtime/profiling.server";
import { jsonNoStore } from "../server/responses.server";

/** The file of a profile, for Chrome DevTools and speedscope. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  requireProfiling();
  await authorizeJsonPage(request, "profile");
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

export function action(args: ActionFunctionArgs): Response {
  requireProfiling();
  return readOnlyAction(args);
}
