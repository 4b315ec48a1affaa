import { rowOf, text } from "./row-schema";
import { sql } from "./sql";
import type { Statements } from "./statements.server";

export type Setting = { key: string; value: string };

/** `null` when `key` has no value. */
export async function selectSetting(on: Statements, key: string): Promise<string | null> {
  const rows = await on.query(
    "selectSetting",
    rowOf({ value: text }),
    sql`SELECT value FROM settings WHERE key = ${key}`,
  );
  return rows[0]?.value ?? null;
}

/** Everything whose key begins with `prefix`. */
export async function selectSettingsUnder(on: Statements, prefix: string): Promise<Setting[]> {
  return on.query(
    "selectSettingsUnder",
    rowOf({ key: text, value: text }),
    sql`SELECT key, value FROM settings WHERE substr(key, 1, ${prefix.length}) = ${prefix}`,
  );
}

/**
 * Stores `value` unless `key` has a value already.
 * @returns whether it stored it: of several processes that try at once, one succeeds
 */
export async function insertSetting(on: Statements, { key, value }: Setting): Promise<boolean> {
  const inserted = await on.execute(
    "insertSetting",
    sql`INSERT INTO settings (key, value) VALUES (${key}, ${value}) ON CONFLICT (key) DO NOTHING`,
  );
  return inserted === 1;
}

/** Stores `value`, whatever `key` had. */
export async function upsertSetting(on: Statements, { key, value }: Setting): Promise<void> {
  await on.execute(
    "upsertSetting",
    sql`INSERT INTO settings (key, value) VALUES (${key}, ${value}) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
}

/**
 * Replaces the value `from` of `key` by `to`.
 * @returns whether the value was `from`: of several processes that try at once, one succeeds
 */
export async function replaceSetting(
  on: Statements,
  { key, from, to }: { key: string; from: string; to: string },
): Promise<boolean> {
  const replaced = await on.execute(
    "replaceSetting",
    sql`UPDATE settings SET value = ${to} WHERE key = ${key} AND value = ${from}`,
  );
  return replaced === 1;
}

export async function deleteSetting(on: Statements, key: string): Promise<void> {
  await on.execute("deleteSetting", sql`DELETE FROM settings WHERE key = ${key}`);
}
