import type { Clock } from "../platform/clock.server";
import { log } from "../platform/log.server";
import {
  deleteApiToken,
  insertApiToken,
  type StoredApiToken,
  selectApiToken,
  selectApiTokens,
  touchApiToken,
} from "../storage/api-tokens.server";
import type { Database } from "../storage/database.server";
import { isUnavailable } from "../storage/unavailable.server";
import { isScope, type Scope } from "./scopes";
import { createToken, isSameHash, parseToken } from "./secret-token.server";
import { WriteInterval } from "./write-interval";

/** By which people and scanners of secrets recognise a token. */
export const TOKEN_PREFIX = "vitals_";

export const MAX_API_TOKENS = 100;

/** How exact the time of the last use is, in ms. */
const TOUCH_INTERVAL = 60_000;

/** A token of the list; times in ms since the epoch. */
export type ApiToken = Omit<StoredApiToken, "hash" | "scopes"> & { scopes: Scope[] };

export type NewApiToken = { name: string; scopes: readonly Scope[]; expiresAt: number | null };

/** The tokens of programs, in the database: one that is revoked ends in every process at once. */
export class ApiTokens {
  readonly #touches = new WriteInterval(TOUCH_INTERVAL);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the text of the token, which is stored nowhere; `null` when another token has the name, or there are
   *   `MAX_API_TOKENS` of them
   */
  async create({ name, scopes, expiresAt }: NewApiToken): Promise<string | null> {
    const { id, text, hash } = createToken();
    const token = { id, name, hash, scopes: [...scopes], createdAt: this.clock(), expiresAt };
    const isStored = await insertApiToken(this.database.write, token, MAX_API_TOKENS);
    if (!isStored) return null;
    log().info({ token: name, id, scopes }, "created an API token");
    return TOKEN_PREFIX + text;
  }

  /** The token that a bearer sent; `null` when it is none, or has ended. */
  async find(sent: string): Promise<ApiToken | null> {
    const token = sent.startsWith(TOKEN_PREFIX) ? parseToken(sent.slice(TOKEN_PREFIX.length)) : null;
    const stored = token === null ? null : await selectApiToken(this.database.read, token.id);
    if (token === null || stored === null || !isSameHash(stored.hash, token.hash)) return null;
    const now = this.clock();
    if (stored.expiresAt !== null && stored.expiresAt <= now) return null;
    const isOld = stored.lastUsedAt === null || now - stored.lastUsedAt >= TOUCH_INTERVAL;
    if (isOld && this.#touches.begin(stored.id, now)) this.#touch(stored.id, now);
    return apiTokenOf(stored);
  }

  /** All tokens, also those that have ended; the newest first. */
  async list(): Promise<ApiToken[]> {
    return (await selectApiTokens(this.database.read)).map(apiTokenOf);
  }

  async revoke(id: string): Promise<void> {
    await deleteApiToken(this.database.write, id);
    log().info({ id }, "revoked an API token");
  }

  /** Nobody waits for it, and a token stays valid where it can't be stored. */
  #touch(id: string, now: number): void {
    touchApiToken(this.database.write, id, now).catch((err: unknown) =>
      log()[isUnavailable(err) ? "debug" : "error"]({ err }, "the use of a token could not be stored"),
    );
  }
}

const apiTokenOf = ({ hash: _, scopes, ...token }: StoredApiToken): ApiToken => ({
  ...token,
  scopes: scopes.filter(isScope),
});
