import { env } from "../platform/env.server";
import { PROXY_USER } from "../server/proxy-user.mjs";
import { databaseUnavailable } from "../server/responses.server";
import { isUnavailable } from "../storage/unavailable.server";
import { bearerText, hasBearerToken } from "./bearer.server";
import { SCOPES, type Scope } from "./scopes";
import type { OpenSession } from "./sessions.server";
import { sessionOf, signInState } from "./sign-in.server";

/** Who sends a request, and how that is known. */
export type Identity =
  | { by: "token"; scopes: readonly Scope[] }
  | { by: "session"; session: OpenSession }
  | { by: "proxy"; user: string };

/**
 * Who sends a request: by a bearer token, a session, or the header of a trusted proxy, in this order. `null` for nobody.
 * @throws Response 503 when the database can't be read
 */
export async function identify(request: Request): Promise<Identity | null> {
  // It needs no database.
  if (hasBearerToken(request, env().ADMIN_API_TOKEN)) return { by: "token", scopes: SCOPES };
  try {
    const sent = bearerText(request);
    const token = sent === null ? null : await signInState().tokens.find(sent);
    if (token !== null) return { by: "token", scopes: token.scopes };
    const session = await sessionOf(request);
    if (session !== null) return { by: "session", session };
  } catch (error) {
    if (isUnavailable(error)) throw databaseUnavailable(error, "read");
    throw error;
  }
  const user = request.headers.get(PROXY_USER);
  return user === null ? null : { by: "proxy", user: Buffer.from(user, "latin1").toString("utf8") };
}

/** A person: somebody who signed in, here or at a proxy. */
export type Person = Exclude<Identity, { by: "token" }>;

/** The person that a request is of; `null` for nobody and for programs. @throws as `identify` does */
export async function personOf(request: Request): Promise<Person | null> {
  const identity = await identify(request);
  return identity === null || identity.by === "token" ? null : identity;
}

/** Whether somebody may do what a scope names. People may do everything. */
export const mayUse = (identity: Identity, scope: Scope): boolean =>
  identity.by !== "token" || identity.scopes.includes(scope);

/** 403 for a token without a scope. */
export const scopeMissing = (scope: Scope): string => `This token needs the scope "${scope}".`;
