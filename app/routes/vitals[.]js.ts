import type { LoaderFunctionArgs } from "@remix-run/node";
import { trackerAssetOf, trackerResponse } from "../server/tracker-asset.server";

/** `GET /vitals.js` and SCRIPT_PATH: the browser script, at the URL that sites put into their pages. */
export const loader = ({ request }: LoaderFunctionArgs) =>
  trackerResponse(request, trackerAssetOf(request), null);
