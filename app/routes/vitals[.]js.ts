import type { LoaderFunctionArgs } from "@remix-run/node";
import { trackerAsset, trackerResponse } from "../server/tracker-asset.server";

/** `GET /vitals.js`: the browser script, at the URL that sites put into their pages. */
export const loader = ({ request }: LoaderFunctionArgs) => trackerResponse(request, trackerAsset(), null);
