import { env } from "../platform/env.server";
import { hasBearerToken } from "./bearer.server";

/**
 * Lets a request to an API of admins pass, or says what to answer instead.
 * @returns `null` when it may pass, else the 401
 */
export function refuseUnlessAdmin(request: Request): Response | null {
  if (hasBearerToken(request, env().ADMIN_API_TOKEN)) return null;
  const error =
    env().ADMIN_API_TOKEN === null
      ? "No ADMIN_API_TOKEN is set, so nobody can use this API."
      : "Send the ADMIN_API_TOKEN as a bearer token.";
  return Response.json({ error }, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
}
