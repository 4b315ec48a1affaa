import type { Clock } from "../platform/clock.server";
import { log } from "../platform/log.server";
import type { Database } from "../storage/database.server";
import {
  confirmToken,
  deleteEndedSessions,
  deleteOtherSessions,
  deleteSession,
  deleteSessionsBeyond,
  insertSession,
  offerToken,
  type SessionHashes,
  type StoredSession,
  selectSession,
  selectSessions,
  touchSession,
} from "../storage/sessions.server";
import { isUnavailable } from "../storage/unavailable.server";
import { createToken, isSameHash, parseToken } from "./secret-token.server";
import { WriteInterval } from "./write-interval";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** In ms. */
export const SESSION_LIMITS = {
  /** A session ends so long after its last request. */
  idle: 24 * HOUR,
  /** A session ends so long after the sign-in. */
  absolute: 7 * 24 * HOUR,
  /** The age at which a token is replaced by the next document. */
  rotation: HOUR,
  /** How long a replaced token stays valid, for requests under way; also how long a new one may take to arrive. */
  overlap: MINUTE,
  /** How exact the time of the last request is. */
  touch: MINUTE,
  /** A session that was opened so long after now is of a clock that was ahead: it would never end. */
  ahead: HOUR,
};

/** How often to try to store that a new token has arrived, in ms. */
const CONFIRM_INTERVAL = 10 * SECOND;

/** Most sessions; the one that was used longest ago is evicted. */
export const MAX_SESSIONS = 100;

/** No browser sends more session cookies; more are not looked up. */
const MAX_COOKIES = 4;

/** A valid session; times in ms since the epoch. */
export type Session = {
  id: string;
  browser: string;
  createdAt: number;
  lastSeenAt: number;
  endsAt: number;
};

/** A session with the token that a request sent. */
export type OpenSession = Session & { token: keyof SessionHashes; rotatedAt: number };

/** A text for the cookie, and for how many ms it is valid. */
export type SessionCookieValue = { text: string; maxAge: number };

/**
 * The sessions of all processes, in the database: one that ends has ended everywhere. No session is cached.
 */
export class Sessions {
  readonly #touches = new WriteInterval(SESSION_LIMITS.touch);
  readonly #confirmations = new WriteInterval(CONFIRM_INTERVAL);

  /**
   * @param credential identifies the password; sessions of another one are not valid
   */
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly credential: string,
  ) {}

  /** Opens a session. */
  async open(browser: string): Promise<SessionCookieValue> {
    const now = this.clock();
    const { id, text, hash } = createToken();
    await this.database.transaction("urgent", async (tx) => {
      await deleteEndedSessions(tx, this.#endedBefore(now));
      await insertSession(tx, {
        id,
        tokenHash: hash,
        credential: this.credential,
        browser,
        createdAt: now,
      });
      await deleteSessionsBeyond(tx, MAX_SESSIONS);
    });
    return { text, maxAge: SESSION_LIMITS.absolute };
  }

  /** The first valid session among the values of cookies; `null` without one. */
  async find(values: readonly string[]): Promise<OpenSession | null> {
    for (const value of values.slice(0, MAX_COOKIES)) {
      const session = await this.#find(value);
      if (session !== null) return session;
    }
    return null;
  }

  async #find(value: string): Promise<OpenSession | null> {
    const token = parseToken(value);
    const stored = token === null ? null : await selectSession(this.database.read, token.id);
    const now = this.clock();
    if (token === null || stored === null || !this.#isAlive(stored, now)) return null;
    const kind = tokenOf(stored.hashes, token.hash, now);
    if (kind === null) return null;
    if (kind === "next" && this.#confirmations.begin(stored.id, now)) {
      const previousUntil = now + SESSION_LIMITS.overlap;
      await this.#tolerant(() =>
        confirmToken(this.database.write, { id: stored.id, hash: token.hash, at: now, previousUntil }),
      );
    }
    if (now - stored.lastSeenAt >= SESSION_LIMITS.touch && this.#touches.begin(stored.id, now)) {
      // Nobody waits for it: a fold or another process may hold the write lock.
      void this.#tolerant(() => touchSession(this.database.write, stored.id, now));
    }
    return { ...sessionOf(stored), token: kind, rotatedAt: stored.rotatedAt };
  }

  /**
   * A new token for a session whose token is old enough; `null` otherwise. The old one stays valid until the browser has
   * sent the new one, so an answer that is lost ends nothing.
   */
  async rotate({ id, token, rotatedAt, endsAt }: OpenSession): Promise<SessionCookieValue | null> {
    const now = this.clock();
    if (token !== "current" || now - rotatedAt < SESSION_LIMITS.rotation) return null;
    const { text, hash } = createToken(id);
    const unlessAfter = now - SESSION_LIMITS.overlap;
    const isOffered = await this.#tolerant(() =>
      offerToken(this.database.write, { id, hash, at: now, unlessAfter }),
    );
    return isOffered === true ? { text, maxAge: endsAt - now } : null;
  }

  /** All valid sessions, the last seen first. */
  async list(): Promise<Session[]> {
    const now = this.clock();
    const stored = await selectSessions(this.database.read, this.credential);
    return stored.filter((session) => this.#isAlive(session, now)).map(sessionOf);
  }

  /** Ends a session in every process, at once. @throws an error that `isUnavailable` accepts, when it can't be stored */
  async end(id: string): Promise<void> {
    if ((await deleteSession(this.database.write, id)) > 0) log().info({ session: id }, "ended a session");
  }

  /** Ends all sessions but one. @param id `null` for none */
  async endOthers(id: string | null): Promise<void> {
    await deleteOtherSessions(this.database.write, id);
    log().info({ except: id }, "ended all other sessions");
  }

  #isAlive({ credential, createdAt, lastSeenAt }: StoredSession, now: number): boolean {
    const { createdBefore, seenBefore } = this.#endedBefore(now);
    const isOfNow = createdAt > createdBefore && createdAt <= now + SESSION_LIMITS.ahead;
    return isSameHash(credential, this.credential) && isOfNow && lastSeenAt > seenBefore;
  }

  #endedBefore(now: number) {
    return { createdBefore: now - SESSION_LIMITS.absolute, seenBefore: now - SESSION_LIMITS.idle };
  }

  /** Runs a write without which a request still succeeds, such as on a full disk; `null` when it was not possible. */
  async #tolerant<T>(write: () => Promise<T>): Promise<T | null> {
    try {
      return await write();
    } catch (err) {
      log()[isUnavailable(err) ? "debug" : "error"]({ err }, "a session could not be updated");
      return null;
    }
  }
}

const sessionOf = ({ id, browser, createdAt, lastSeenAt }: StoredSession): Session => ({
  id,
  browser,
  createdAt,
  lastSeenAt,
  endsAt: createdAt + SESSION_LIMITS.absolute,
});

/** Which token of a session has a hash; `null` for none that is valid. */
function tokenOf(
  { current, next, previous }: SessionHashes,
  hash: string,
  now: number,
): keyof SessionHashes | null {
  if (isSameHash(current, hash)) return "current";
  if (next !== null && isSameHash(next.hash, hash)) return "next";
  return previous !== null && isSameHash(previous.hash, hash) && previous.until > now ? "previous" : null;
}
