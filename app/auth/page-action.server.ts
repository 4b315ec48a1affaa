import type { ActionFunctionArgs } from "@remix-run/node";
import { jsonNoStore, methodNotAllowed } from "../server/responses.server";
import { isSameOrigin } from "./same-origin.server";

/** The action of a page or a JSON endpoint that changes nothing: 403 for another site's page, 405 for the rest. */
export function readOnlyAction({ request }: ActionFunctionArgs): Response {
  if (isSameOrigin(request)) return methodNotAllowed("GET, HEAD");
  return jsonNoStore({ error: "This address accepts no writes from another site." }, { status: 403 });
}
