import { env } from "../platform/env.server";
import { hasBearerToken } from "./bearer.server";

/** What a token permits. ADMIN_API_TOKEN permits everything; a token with a scope would permit that scope alone. */
export type TokenScope = "admin" | "profile";

/** The tokens that permit `scope`; `null` for one that is not configured. */
function tokensOf(_scope: TokenScope): ReadonlyArray<string | null> {
  return [env().ADMIN_API_TOKEN];
}

/** Whether a request has a bearer token that permits `scope`. */
export const hasToken = (request: Request, scope: TokenScope): boolean =>
  tokensOf(scope).some((token) => hasBearerToken(request, token));
