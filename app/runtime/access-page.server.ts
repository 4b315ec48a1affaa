import type { Person } from "../auth/identity.server";
import { SCOPE_MEANINGS, SCOPES } from "../auth/scopes";
import { SESSION_LIMITS } from "../auth/sessions.server";
import { signInState } from "../auth/sign-in.server";
import { now } from "../platform/clock.server";
import { env } from "../platform/env.server";
import {
  type AccessPageInput,
  type AccessPageModel,
  accessPage,
} from "../presenters/access-page/access-page";
import { HOUR } from "../vitals/time";

/** The page of sessions and tokens as of now, with what a form of it led to. */
export async function accessView(
  person: Person,
  { created = null, refused = null }: Partial<Pick<AccessPageInput, "created" | "refused">> = {},
): Promise<AccessPageModel> {
  const { sessions, tokens } = signInState();
  return accessPage({
    sessions: await sessions.list(),
    ownSession: person.by === "session" ? person.session.id : null,
    proxyUser: person.by === "proxy" ? person.user : null,
    tokens: await tokens.list(),
    scopes: SCOPES.map((name) => ({ name, meaning: SCOPE_MEANINGS[name] })),
    created,
    refused,
    limits: { idleHours: SESSION_LIMITS.idle / HOUR, absoluteHours: SESSION_LIMITS.absolute / HOUR },
    hasEnvironmentToken: env().ADMIN_API_TOKEN !== null,
    now: now(),
  });
}
