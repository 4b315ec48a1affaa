import type { ActionFunctionArgs } from "@remix-run/node";
import { isSameOrigin } from "../auth/same-origin.server";
import { signOut } from "../auth/sign-in.server";
import { databaseUnavailable, methodNotAllowed } from "../server/responses.server";
import { isUnavailable } from "../storage/unavailable.server";

/** Ends the session, and leads to the sign-in form. Nothing but a form's button does it: no link, no image. */
export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  if (request.method !== "POST") return methodNotAllowed("POST");
  if (!isSameOrigin(request)) {
    return Response.json({ error: "A session can't be ended from another site's page." }, { status: 403 });
  }
  const headers = new Headers({ Location: "/login", "Cache-Control": "no-store" });
  try {
    for (const cookie of await signOut(request)) headers.append("Set-Cookie", cookie);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return databaseUnavailable(error, "written");
  }
  return new Response(null, { status: 303, headers });
}

export const loader = (): Response => methodNotAllowed("POST");
