import { env } from "../platform/env.server";
import { type Identity, identify, mayUse, scopeMissing } from "./identity.server";
import { isForeignWrite } from "./same-origin.server";
import type { Scope } from "./scopes";

const refuse = (status: number, error: string): Response =>
  Response.json({ error }, { status, headers: { "Cache-Control": "no-store" } });

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
  if (!mayUse(identity, scope)) return refuse(403, scopeMissing(scope));
  if (identity.by !== "token" && isForeignWrite(request)) {
    return refuse(403, "A session can't be used from another site's page.");
  }
  return null;
}

function unauthorized(): Response {
  const token = env().ADMIN_API_TOKEN === null ? "an API token" : "the ADMIN_API_TOKEN or an API token";
  const response = refuse(401, `Send ${token} as a bearer token, or sign in at /login.`);
  response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}
