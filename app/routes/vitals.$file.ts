import type { LoaderFunctionArgs } from "@remix-run/node";
import { methodNotAllowed } from "../server/responses.server";
import { pinnedTrackerAsset, trackerResponse } from "../server/tracker-asset.server";

const SCRIPT = /^[\w-]+\.js$/;

/** `GET /vitals/<hash>.js`: the browser script under the URL of its content, cached for good. */
export function loader({ request, params }: LoaderFunctionArgs) {
  const file = params.file ?? "";
  if (!SCRIPT.test(file)) return new Response("Not found", { status: 404 });
  return trackerResponse(request, pinnedTrackerAsset(), file);
}

export const action = (): Response => methodNotAllowed("GET, HEAD");
