import { randomUUID } from "node:crypto";
import pg from "pg";

/** A database with the newest schema, and empty. */
export const TEMPLATE = "vitals_template";

async function onDatabase(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Creates a database on a server.
 * @param template `null` for one without tables
 * @returns its URL
 */
export async function createDatabase(
  server: string,
  template: typeof TEMPLATE | null = TEMPLATE,
): Promise<string> {
  const name = `vitals_${randomUUID().replaceAll("-", "")}`;
  const source = template === null ? "" : ` TEMPLATE ${template}`;
  await onDatabase(`${server}/postgres`, `CREATE DATABASE ${name}${source}`);
  return `${server}/${name}`;
}

/** Removes a database, and ends the connections that still use it. */
export async function dropDatabase(url: string): Promise<void> {
  const { pathname } = new URL(url);
  const server = url.slice(0, url.length - pathname.length);
  await onDatabase(`${server}/postgres`, `DROP DATABASE IF EXISTS ${pathname.slice(1)} WITH (FORCE)`);
}

/** Empty databases: to empty one is much faster than to create one. `null` before the first is borrowed. */
let free: string[] | null = null;

/** A database with the newest schema and no rows; give it back with `returnDatabase`. */
export async function borrowDatabase(server: string, given: string | null): Promise<string> {
  free ??= given === null ? [] : [given];
  return free.pop() ?? (await createDatabase(server));
}

/** Deletes all rows but those of the migrations. Tables are small, so DELETE is faster than TRUNCATE, which makes files. */
const EMPTY = `
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN
      ('_prisma_migrations', 'writer_lock', 'leases', 'sequences')
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    UPDATE writer_lock SET taken_at = 0;
    UPDATE sequences SET value = 0;
    UPDATE leases SET holder = '', until = 0;
  END $$`;

export const emptyDatabase = (url: string): Promise<void> => onDatabase(url, EMPTY);

export async function returnDatabase(url: string): Promise<void> {
  await emptyDatabase(url);
  free?.push(url);
}
