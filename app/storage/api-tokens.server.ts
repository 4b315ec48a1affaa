import { integer, type RowOf, rowOf, text } from "./row-schema";
import { sql } from "./sql";
import type { Statements } from "./statements.server";

/** A token for a program; times in ms since the epoch. */
export type StoredApiToken = {
  id: string;
  name: string;
  hash: string;
  scopes: string[];
  createdAt: number;
  /** `null`: it has no end. */
  expiresAt: number | null;
  /** To a minute; `null` where it was never used. */
  lastUsedAt: number | null;
};

const tokenRow = rowOf({
  id: text,
  name: text,
  token_hash: text,
  scopes: text,
  created_at: integer,
  expires_at: integer.nullable(),
  last_used_at: integer.nullable(),
});

const COLUMNS = sql`id, name, token_hash, scopes, created_at, expires_at, last_used_at`;

type TokenRow = RowOf<typeof tokenRow>;

const tokenOf = (row: TokenRow): StoredApiToken => ({
  id: row.id,
  name: row.name,
  hash: row.token_hash,
  scopes: row.scopes.split(" "),
  createdAt: Number(row.created_at),
  expiresAt: row.expires_at === null ? null : Number(row.expires_at),
  lastUsedAt: row.last_used_at === null ? null : Number(row.last_used_at),
});

/** `null` where there is none with this id. */
export async function selectApiToken(on: Statements, id: string): Promise<StoredApiToken | null> {
  const [row] = await on.query(
    "selectApiToken",
    tokenRow,
    sql`SELECT ${COLUMNS} FROM api_tokens WHERE id = ${id}`,
  );
  return row === undefined ? null : tokenOf(row);
}

/** All tokens, the newest first. */
export async function selectApiTokens(on: Statements): Promise<StoredApiToken[]> {
  const rows = await on.query(
    "selectApiTokens",
    tokenRow,
    sql`SELECT ${COLUMNS} FROM api_tokens ORDER BY created_at DESC, id`,
  );
  return rows.map(tokenOf);
}

/**
 * Stores a token, unless there are `limit` of them or one has its name.
 * @returns whether it stored it
 */
export async function insertApiToken(
  on: Statements,
  { id, name, hash, scopes, createdAt, expiresAt }: Omit<StoredApiToken, "lastUsedAt">,
  limit: number,
): Promise<boolean> {
  const inserted = await on.execute(
    "insertApiToken",
    sql`INSERT INTO api_tokens (id, name, token_hash, scopes, created_at, expires_at)
      SELECT ${id}, ${name}, ${hash}, ${scopes.join(" ")}, ${createdAt}, ${expiresAt}
      WHERE (SELECT COUNT(*) FROM api_tokens) < ${limit}
      ON CONFLICT (name) DO NOTHING`,
  );
  return inserted === 1;
}

/** Sets the time of the last use, unless a later one is stored. */
export async function touchApiToken(on: Statements, id: string, at: number): Promise<void> {
  await on.execute(
    "touchApiToken",
    sql`UPDATE api_tokens SET last_used_at = ${at} WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < ${at})`,
  );
}

export async function deleteApiToken(on: Statements, id: string): Promise<void> {
  await on.execute("deleteApiToken", sql`DELETE FROM api_tokens WHERE id = ${id}`);
}
