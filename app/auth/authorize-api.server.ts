import { env } from "../platform/env.server";
import { jsonNoStore } from "../server/responses.server";
import { type Identity, identify, mayUse, scopeMissing } from "./identity.server";
import { isForeignWrite, OTHER_SITE } from "./same-origin.server";
import type { Scope } from "./scopes";

/**
 * Authorises a request to an admin API: with a token that has the scope, or a person, who may change data only from the
 * cockpit's own pages. Call it first, and return what it returns unless that is `null`.
 * @returns `null` when it is authorised, else the 401, 403 or 503 response
 */
export async function authorizeApi(request: Request, scope: Scope): Promise<Response | null> {
  let identity: Identity | null;
  try {
    identity = await identify(request);
  } catch (error) {
    if (error instanceof Response) return error;
    throw error;
  }
  if (identity === null) return unauthorized();
  if (!mayUse(identity, scope)) return jsonNoStore({ error: scopeMissing(scope) }, { status: 403 });
  if (identity.by !== "token" && isForeignWrite(request)) {
    return jsonNoStore({ error: OTHER_SITE }, { status: 403 });
  }
  return null;
}

function unauthorized(): Response {
  const token = env().ADMIN_API_TOKEN === null ? "an API token" : "the ADMIN_API_TOKEN or an API token";
  const error = `Send ${token} as a bearer token, or sign in at /login.`;
  return jsonNoStore({ error }, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
}
