import { env } from "../platform/env.server";
import { databaseUnavailable, jsonNoStore } from "../server/responses.server";
import { isUnavailable } from "../storage/unavailable.server";
import type { ApiTokens } from "./api-tokens.server";
import { bearerText, hasBearerToken } from "./bearer.server";
import { isFromLoopback } from "./loopback";

/**
 * Authorises a request for the figures of a process where nobody signs in: with ADMIN_API_TOKEN, an API token with the
 * scope `read`, or from this machine where METRICS_FROM_LOOPBACK allows it.
 * @returns `null` when it is authorised, else the 401, 403 or 503 response
 */
export async function authorizeMetricsByToken(request: Request, tokens: ApiTokens): Promise<Response | null> {
  if (env().METRICS_FROM_LOOPBACK && isFromLoopback(request.headers)) return null;
  if (hasBearerToken(request, env().ADMIN_API_TOKEN)) return null;
  const sent = bearerText(request);
  try {
    const token = sent === null ? null : await tokens.find(sent);
    if (token?.scopes.includes("read")) return null;
    if (token !== null) return jsonNoStore({ error: 'This token needs the scope "read".' }, { status: 403 });
  } catch (error) {
    if (isUnavailable(error)) return databaseUnavailable(error, "read");
    throw error;
  }
  const error = "Send the ADMIN_API_TOKEN or an API token as a bearer token.";
  return jsonNoStore({ error }, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
}
