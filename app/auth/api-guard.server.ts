import { env } from "../platform/env.server";
import { isSameOrigin } from "./same-origin.server";
import { isSignedIn } from "./sign-in.server";
import { hasToken, type TokenScope } from "./token-scope.server";

const SAFE_METHODS = ["GET", "HEAD"];

/**
 * Authorises a request to an admin API: with the ADMIN_API_TOKEN, or with a session, which may change data only from the
 * cockpit's own pages.
 * @param scope what the token must permit
 * @returns `null` when it is authorised, else the 401 or 403 response
 */
export function rejectUnlessAdmin(request: Request, scope: TokenScope = "admin"): Response | null {
  const token = env().ADMIN_API_TOKEN;
  if (hasToken(request, scope)) return null;
  if (isSignedIn(request)) {
    if (SAFE_METHODS.includes(request.method) || isSameOrigin(request)) return null;
    return Response.json({ error: "A session can't be used from another site's page." }, { status: 403 });
  }
  const error =
    token === null
      ? "Sign in at /login. (No ADMIN_API_TOKEN is set, so there is no other way.)"
      : "Send the ADMIN_API_TOKEN as a bearer token, or sign in at /login.";
  return Response.json({ error }, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
}
