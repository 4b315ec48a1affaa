import { wantsJson } from "../server/json-page.server";
import { authorizeApi } from "./authorize-api.server";
import { authorizePage } from "./authorize-page.server";
import type { Scope } from "./scopes";

/**
 * Authorises a request for a page that programs get as JSON: programs like those of an API, people like those of a page.
 * @throws Response 401, 403 or 503 to programs; what `authorizePage` throws to people
 */
export async function authorizeJsonPage(request: Request, scope: Scope): Promise<void> {
  if (!wantsJson(request)) return authorizePage(request, scope);
  const refusal = await authorizeApi(request, scope);
  if (refusal !== null) throw refusal;
}
