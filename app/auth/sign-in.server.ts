import { now } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { singleton } from "../platform/singleton.server";
import { basePathOf } from "../server/base-path.server";
import type { Database } from "../storage/database.server";
import { insertSetting } from "../storage/settings.server";
import { verifyPassword } from "./password-hash.server";
import { isSameOrigin } from "./same-origin.server";
import { SESSION_LIFETIME, type Session } from "./session.server";
import { expiredSessionCookies, sessionCookie, sessionCookieValues } from "./session-cookie";
import { createSignInState, SIGNED_OUT, type SignInState } from "./sign-in-state.server";
import { printPassword, printSignInLink } from "./startup-notices.server";

const slot = () => singleton("sign-in", (): { state: SignInState | null } => ({ state: null }));

function state(): SignInState {
  const { state: ready } = slot();
  if (ready === null) throw new Error("Signing in is not prepared yet.");
  return ready;
}

/** The page that the demo's link opens: the comparison of its last two releases, one regression and one improvement. */
const DEMO_PAGE = "/admin/performance?compare=previous";

/** Loads or creates the state of sign-in; call it once the database is open. */
export async function prepareSignIn(database: Database): Promise<void> {
  const holder = slot();
  holder.state ??= await createSignInState({
    database,
    password: env().ADMIN_PASSWORD,
    clock: now,
    onPasswordGenerated: printPassword,
  });
  if (env().DEMO)
    printSignInLink(
      `${env().BASE_PATH ?? ""}${holder.state.links.create()}&next=${encodeURIComponent(DEMO_PAGE)}`,
    );
}

const isSecure = (request: Request): boolean => request.headers.get("x-client-proto") === "https";

/** The valid sessions of a request. */
function sessionsOf(request: Request): Session[] {
  const { state: ready } = slot();
  if (ready === null) return [];
  return sessionCookieValues(request.headers.get("cookie"), ready.cookieName).flatMap((text) => {
    const session = ready.signer.verify(text, ready.clock());
    return session === null || ready.signedOut.has(session.id) ? [] : [session];
  });
}

/** Whether a request has a session that is genuine, not expired and not signed out. */
export const isSignedIn = (request: Request): boolean => sessionsOf(request).length > 0;

function newSessionCookie(request: Request): string {
  const { signer, clock, cookieName } = state();
  return sessionCookie(cookieName, signer.issue(clock()), {
    secure: isSecure(request),
    basePath: basePathOf(request),
    maxAge: SESSION_LIFETIME / 1000,
  });
}

/** Why a sign-in failed, as status, message and headers of the response. */
export type SignInFailure = { status: 401 | 403 | 429; message: string; headers?: { "Retry-After": string } };

/** Checks run one after the other: each needs 32 MiB and a core for about 0.2 s. */
const checks = () => singleton("password-checks", () => ({ last: Promise.resolve(false) }));

function check(password: string, hash: string): Promise<boolean> {
  const result = checks().last.then(() => verifyPassword(password, hash));
  checks().last = result.catch(() => false);
  return result;
}

/**
 * Checks the password of the sign-in form.
 * @returns the `Set-Cookie` header of a new session, or why it failed
 */
export async function signIn(request: Request, password: string): Promise<string | SignInFailure> {
  const { attempts, passwordHash } = state();
  if (!isSameOrigin(request)) {
    return { status: 403, message: "The password was sent from another site's page. Enter it here." };
  }
  const address = request.headers.get("x-client-address") ?? "unknown";
  const wait = attempts.begin(address);
  if (wait !== null) {
    const retryAfter = Math.ceil(wait / 1000);
    log().debug({ retryAfter }, "too many attempts to sign in");
    const message = `Too many attempts. Try again in ${durationText(retryAfter)}.`;
    return { status: 429, message, headers: { "Retry-After": String(retryAfter) } };
  }
  if (!(await check(password, passwordHash))) {
    log().warn("an attempt to sign in failed");
    return { status: 401, message: "That password is not right." };
  }
  attempts.succeed(address);
  log().info("signed in");
  return newSessionCookie(request);
}

const durationText = (seconds: number): string =>
  seconds < 100 ? `${seconds} ${seconds === 1 ? "second" : "seconds"}` : `${Math.ceil(seconds / 60)} minutes`;

/** The `Set-Cookie` header of a new session; `null` when the token of the link is not valid. */
export function redeemSignInLink(request: Request, token: string): string | null {
  return state().links.redeem(token) ? newSessionCookie(request) : null;
}

/**
 * Ends the sessions of a request for every holder of their cookies.
 * @returns the `Set-Cookie` headers that delete them in the browser
 */
export async function signOut(request: Request): Promise<string[]> {
  const { database, signedOut, clock, cookieName } = state();
  for (const [id, expiresAt] of signedOut) if (expiresAt <= clock()) signedOut.delete(id);
  for (const { id, expiresAt } of sessionsOf(request)) {
    signedOut.set(id, expiresAt);
    await insertSetting(database.write, { key: SIGNED_OUT + id, value: String(expiresAt) });
  }
  return expiredSessionCookies(cookieName, isSecure(request), basePathOf(request));
}
