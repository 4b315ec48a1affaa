import { integer, type RowOf, rowOf, text } from "./row-schema";
import { sql } from "./sql";
import type { Statements } from "./statements.server";

/** Hashes of the tokens of a session: at most one token is sent to the browser and not confirmed. */
export type SessionHashes = {
  current: string;
  /** Sent, and not used yet; `null` where none is. */
  next: { hash: string; issuedAt: number } | null;
  /** Valid until then, for requests that were under way when the token changed; `null` where none is. */
  previous: { hash: string; until: number } | null;
};

/** A session of an admin; times in ms since the epoch. */
export type StoredSession = {
  id: string;
  hashes: SessionHashes;
  /** When the current token was confirmed. */
  rotatedAt: number;
  /** Identifies the password that it was opened with. */
  credential: string;
  /** Browser and platform, such as `Firefox on Linux`. */
  browser: string;
  createdAt: number;
  lastSeenAt: number;
};

const sessionRow = rowOf({
  id: text,
  token_hash: text,
  next_hash: text.nullable(),
  next_issued_at: integer.nullable(),
  previous_hash: text.nullable(),
  previous_until: integer.nullable(),
  rotated_at: integer,
  credential: text,
  browser: text,
  created_at: integer,
  last_seen_at: integer,
});

const COLUMNS = sql`id, token_hash, next_hash, next_issued_at, previous_hash, previous_until, rotated_at, credential,
  browser, created_at, last_seen_at`;

type SessionRow = RowOf<typeof sessionRow>;

const sessionOf = (row: SessionRow): StoredSession => ({
  id: row.id,
  hashes: {
    current: row.token_hash,
    next: row.next_hash === null ? null : { hash: row.next_hash, issuedAt: Number(row.next_issued_at) },
    previous:
      row.previous_hash === null ? null : { hash: row.previous_hash, until: Number(row.previous_until) },
  },
  rotatedAt: Number(row.rotated_at),
  credential: row.credential,
  browser: row.browser,
  createdAt: Number(row.created_at),
  lastSeenAt: Number(row.last_seen_at),
});

/** `null` where there is none with this id; it may have ended. */
export async function selectSession(on: Statements, id: string): Promise<StoredSession | null> {
  const [row] = await on.query(
    "selectSession",
    sessionRow,
    sql`SELECT ${COLUMNS} FROM sessions WHERE id = ${id}`,
  );
  return row === undefined ? null : sessionOf(row);
}

/** All sessions opened with a password, the last seen first; some may have ended. */
export async function selectSessions(on: Statements, credential: string): Promise<StoredSession[]> {
  const rows = await on.query(
    "selectSessions",
    sessionRow,
    sql`SELECT ${COLUMNS} FROM sessions WHERE credential = ${credential} ORDER BY last_seen_at DESC, created_at DESC, id`,
  );
  return rows.map(sessionOf);
}

export async function insertSession(
  on: Statements,
  session: Omit<StoredSession, "hashes" | "rotatedAt" | "lastSeenAt"> & { tokenHash: string },
): Promise<void> {
  const { id, tokenHash, credential, browser, createdAt } = session;
  await on.execute(
    "insertSession",
    sql`INSERT INTO sessions (id, token_hash, rotated_at, credential, browser, created_at, last_seen_at)
      VALUES (${id}, ${tokenHash}, ${createdAt}, ${credential}, ${browser}, ${createdAt}, ${createdAt})`,
  );
}

/** Sets the time of the last request, unless a later one is stored. */
export async function touchSession(on: Statements, id: string, at: number): Promise<void> {
  await on.execute(
    "touchSession",
    sql`UPDATE sessions SET last_seen_at = ${at} WHERE id = ${id} AND last_seen_at < ${at}`,
  );
}

/**
 * Stores the hash of a token that is being sent, unless another request did so after `unlessAfter`.
 * @returns whether it stored it: of several requests at once, one succeeds
 */
export async function offerToken(
  on: Statements,
  { id, hash, at, unlessAfter }: { id: string; hash: string; at: number; unlessAfter: number },
): Promise<boolean> {
  const changed = await on.execute(
    "offerToken",
    sql`UPDATE sessions SET next_hash = ${hash}, next_issued_at = ${at}
      WHERE id = ${id} AND (next_issued_at IS NULL OR next_issued_at <= ${unlessAfter})`,
  );
  return changed === 1;
}

/** Makes the token that was sent the current one; the one before it stays valid until `previousUntil`. */
export async function confirmToken(
  on: Statements,
  { id, hash, at, previousUntil }: { id: string; hash: string; at: number; previousUntil: number },
): Promise<void> {
  await on.execute(
    "confirmToken",
    sql`UPDATE sessions SET previous_hash = token_hash, previous_until = ${previousUntil}, token_hash = ${hash},
        next_hash = NULL, next_issued_at = NULL, rotated_at = ${at}
      WHERE id = ${id} AND next_hash = ${hash}`,
  );
}

/** @returns how many there were: 0 or 1 */
export const deleteSession = (on: Statements, id: string): Promise<number> =>
  on.execute("deleteSession", sql`DELETE FROM sessions WHERE id = ${id}`);

/** Deletes all sessions but one. @param id `null` for all of them */
export async function deleteOtherSessions(on: Statements, id: string | null): Promise<void> {
  await on.execute("deleteOtherSessions", sql`DELETE FROM sessions WHERE id <> ${id ?? ""}`);
}

/** Deletes sessions created, or last seen, before a time. */
export async function deleteEndedSessions(
  on: Statements,
  { createdBefore, seenBefore }: { createdBefore: number; seenBefore: number },
): Promise<void> {
  await on.execute(
    "deleteEndedSessions",
    sql`DELETE FROM sessions WHERE created_at <= ${createdBefore} OR last_seen_at <= ${seenBefore}`,
  );
}

/** Deletes all but the `count` sessions that were seen last. */
export async function deleteSessionsBeyond(on: Statements, count: number): Promise<void> {
  await on.execute(
    "deleteSessionsBeyond",
    sql`DELETE FROM sessions WHERE id NOT IN (
      SELECT id FROM sessions ORDER BY last_seen_at DESC, created_at DESC, id LIMIT ${count})`,
  );
}
