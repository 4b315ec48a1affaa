import { now } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { singleton } from "../platform/singleton.server";
import { basePathOf } from "../server/base-path.server";
import type { Database } from "../storage/database.server";
import { isUnavailable } from "../storage/unavailable.server";
import { browserName } from "./browser-name.server";
import { KNOWN_LIFETIME } from "./known-browsers.server";
import { verifyPassword } from "./password-hash.server";
import { isSameOrigin } from "./same-origin.server";
import { type CookieScope, cookieValues, deleteCookie, setCookie } from "./session-cookie";
import type { OpenSession } from "./sessions.server";
import type { Refusal } from "./sign-in-gate";
import { createSignInState, type SignInState } from "./sign-in-state.server";
import { printPassword, printSignInLink } from "./startup-notices.server";

const slot = () => singleton("sign-in", (): { state: SignInState | null } => ({ state: null }));

/** The state of sign-in in this process. @throws Error before `prepareSignIn` */
export function signInState(): SignInState {
  const { state } = slot();
  if (state === null) throw new Error("Signing in is not prepared yet.");
  return state;
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

const cookieScope = (request: Request): CookieScope => ({
  secure: request.headers.get("x-client-proto") === "https",
  basePath: basePathOf(request),
});

const knownName = (cookieName: string): string => `${cookieName}-known`;

/** The session of a request; `null` without one that is valid. @throws an error of the database */
export async function sessionOf(request: Request): Promise<OpenSession | null> {
  const { state } = slot();
  if (state === null) return null;
  return state.sessions.find(
    cookieValues(request.headers.get("cookie"), state.cookieName, cookieScope(request)),
  );
}

/**
 * Replaces the token of a request's session when it is old enough. Call it for a document, whose cookies a browser stores.
 * @returns the `Set-Cookie` header; `null` for none
 */
export async function rotateSession(request: Request, session: OpenSession): Promise<string | null> {
  const { sessions, cookieName } = signInState();
  const value = await sessions.rotate(session);
  return value === null ? null : setCookie(cookieName, value, cookieScope(request));
}

/** Opens a session instead of the one that the request has. */
async function openSession(request: Request): Promise<string> {
  const { sessions, cookieName } = signInState();
  const earlier = await sessionOf(request);
  const value = await sessions.open(browserName(request.headers));
  if (earlier !== null) await sessions.end(earlier.id);
  return setCookie(cookieName, value, cookieScope(request));
}

/** Why a sign-in failed, as status, message and headers of the response. */
export type SignInFailure = {
  status: 401 | 403 | 429 | 503;
  message: string;
  headers?: { "Retry-After": string };
};

/**
 * Checks the password of the sign-in form.
 * @returns the `Set-Cookie` headers of a new session, or why it failed
 */
export async function signIn(request: Request, password: string): Promise<string[] | SignInFailure> {
  const { gate, passwordHash, knownBrowsers, clock, cookieName } = signInState();
  if (!isSameOrigin(request)) {
    return { status: 403, message: "The password was sent from another site's page. Enter it here." };
  }
  const name = knownName(cookieName);
  const scope = cookieScope(request);
  const knownBrowser = knownBrowsers.find(cookieValues(request.headers.get("cookie"), name, scope), clock());
  const address = request.headers.get("x-client-address") ?? "unknown";
  const result = await gate.attempt({ address, knownBrowser }, () => verifyPassword(password, passwordHash));
  if (typeof result === "object") return failureOf(result);
  if (!result) {
    log().warn("an attempt to sign in failed");
    return { status: 401, message: "That password is not right." };
  }
  try {
    const cookie = await openSession(request);
    log().info("signed in");
    const known = { text: knownBrowsers.issue(clock(), knownBrowser), maxAge: KNOWN_LIFETIME };
    return [cookie, setCookie(name, known, scope)];
  } catch (err) {
    if (!isUnavailable(err)) throw err;
    return notStored(err, "The password is right");
  }
}

function failureOf({ reason, wait }: Refusal): SignInFailure {
  const retryAfter = Math.ceil(wait / 1000);
  const headers = { "Retry-After": String(retryAfter) };
  log().debug({ reason, retryAfter }, "an attempt to sign in was not checked");
  const again = `Try again in ${durationText(retryAfter)}.`;
  return reason === "attempts"
    ? { status: 429, message: `Too many attempts. ${again}`, headers }
    : { status: 503, message: `Too many passwords are being checked. ${again}`, headers };
}

const durationText = (seconds: number): string =>
  seconds < 100 ? `${seconds} ${seconds === 1 ? "second" : "seconds"}` : `${Math.ceil(seconds / 60)} minutes`;

/**
 * Signs in by a link. A link whose session can't be stored stays valid.
 * @returns the `Set-Cookie` header of a new session, why it failed, or `null` when the token of the link is not valid
 */
export async function redeemSignInLink(
  request: Request,
  token: string,
): Promise<string | SignInFailure | null> {
  const undo = signInState().links.redeem(token);
  if (undo === null) return null;
  try {
    return await openSession(request);
  } catch (err) {
    if (!isUnavailable(err)) throw err;
    undo();
    return notStored(err, "The link is valid");
  }
}

function notStored(err: unknown, what: string): SignInFailure {
  log().error({ err }, "a session could not be stored");
  const message = `${what}, but the database can't be written now. Try again later.`;
  return { status: 503, message, headers: { "Retry-After": "5" } };
}

/**
 * Ends the session of a request for every holder of its cookie, in every process.
 * @returns the `Set-Cookie` headers that delete it in the browser
 */
export async function signOut(request: Request): Promise<string[]> {
  const { sessions, cookieName } = signInState();
  const session = await sessionOf(request);
  if (session !== null) await sessions.end(session.id);
  return deleteCookie(cookieName, cookieScope(request));
}
