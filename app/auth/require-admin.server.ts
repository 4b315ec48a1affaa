import { env } from "../platform/env.server";
import { hasBearerToken } from "./bearer.server";
import { returnPath } from "./return-path";
import { isSignedIn } from "./sign-in.server";

/**
 * Lets a request for a page of admins pass; to be called first in the loader of each, because Remix can be
 * asked for the data of a single one.
 * @throws Response a redirect to the sign-in form, which leads back here, for whoever has neither a session nor
 *   the ADMIN_API_TOKEN
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
