import { returnPath } from "./return-path";
import { isSignedIn } from "./sign-in.server";
import { hasToken, type TokenScope } from "./token-scope.server";

/**
 * Authorises a request for an admin page. Call it first in each loader, because a request can ask Remix for the data of a
 * single loader.
 * @param scope what a token must permit
 * @throws Response a redirect to the sign-in form, which returns here, without a session and the ADMIN_API_TOKEN
 */
export function requireAdmin(request: Request, scope: TokenScope = "admin"): void {
  if (isSignedIn(request) || hasToken(request, scope)) return;
  const { pathname, search } = new URL(request.url);
  const query = new URLSearchParams({ next: returnPath(pathname + search) });
  throw new Response(null, {
    status: 302,
    headers: { Location: `/login?${query}`, "Cache-Control": "no-store" },
  });
}
