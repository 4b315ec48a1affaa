import { env } from "../platform/env.server";
import { hasBearerToken } from "./bearer.server";
import { returnPath } from "./return-path";
import { isSignedIn } from "./sign-in.server";

/**
 * Authorises a request for an admin page. Call it first in each loader, because a request can ask Remix for the data of a
 * single loader.
 * @throws Response a redirect to the sign-in form, which returns here, without a session and the ADMIN_API_TOKEN
 */
export function requireAdmin(request: Request): void {
  if (isSignedIn(request) || hasBearerToken(request, env().ADMIN_API_TOKEN)) return;
  const { pathname, search } = new URL(request.url);
  const query = new URLSearchParams({ next: returnPath(pathname + search) });
  throw new Response(null, {
    status: 302,
    headers: { Location: `/login?${query}`, "Cache-Control": "no-store" },
  });
}
