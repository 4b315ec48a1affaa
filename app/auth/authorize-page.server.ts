import { jsonNoStore } from "../server/responses.server";
import { identify, mayUse, type Person, scopeMissing } from "./identity.server";
import { returnPath } from "./return-path";
import { isForeignWrite, OTHER_SITE } from "./same-origin.server";
import type { Scope } from "./scopes";

/**
 * Authorises a request for an admin page: of a person, or with a token that has the scope. Call it first in each loader,
 * because a request can ask Remix for the data of a single loader, and await it.
 * @throws Response a redirect to the sign-in form, which returns here; 403 for a token without the scope and for a write
 *   from another site's page; 503 when the database can't be read
 */
export async function authorizePage(request: Request, scope: Scope): Promise<void> {
  const identity = await identify(request);
  if (identity === null) throw toSignIn(request);
  if (!mayUse(identity, scope)) throw refuse(scopeMissing(scope));
  if (identity.by !== "token") refuseOtherSites(request);
}

/**
 * Authorises a person, as `authorizePage` does: no token may change who has access.
 * @throws Response also 403 for every token
 */
export async function authorizePerson(request: Request): Promise<Person> {
  const identity = await identify(request);
  if (identity === null) throw toSignIn(request);
  if (identity.by === "token") throw refuse("No token may change who has access. Sign in.");
  refuseOtherSites(request);
  return identity;
}

function toSignIn(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  const query = new URLSearchParams({ next: returnPath(pathname + search) });
  return new Response(null, {
    status: 302,
    headers: { Location: `/login?${query}`, "Cache-Control": "no-store" },
  });
}

const refuse = (error: string): Response => jsonNoStore({ error }, { status: 403 });

function refuseOtherSites(request: Request): void {
  if (isForeignWrite(request)) throw refuse(OTHER_SITE);
}
