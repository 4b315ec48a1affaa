import type { LoaderFunctionArgs } from "@remix-run/node";
import { methodNotAllowed } from "../server/responses.server";
import { trackerAssetOf, trackerResponse } from "../server/tracker-asset.server";

/** `GET /vitals.js` and SCRIPT_PATH: the browser script, at the URL that sites put into their pages. */
export const loader = ({ request }: LoaderFunctionArgs) =>
  trackerResponse(request, trackerAssetOf(request), null);

export const action = (): Response => methodNotAllowed("GET, HEAD");
