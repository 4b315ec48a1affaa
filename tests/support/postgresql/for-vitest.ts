import pg from "pg";
import type { TestProject } from "vitest/node";
import { openDatabase } from "../../../app/storage/database.server";
import { emptyDatabase, TEMPLATE } from "./databases";
import { startPostgresql } from "./server";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the server on which tests create databases, without a database; only in the project `postgresql`. */
    postgresql: string;
    /** The database that TEST_DATABASE_URL names: tests use it before they create another one. */
    givenDatabase: string | null;
  }
}

/**
 * Vitest's global set-up of the project `postgresql`: one server for all files, with a migrated database that the
 * others are copies of. TEST_DATABASE_URL names another one, on which the user may create databases. A database
 * that it names is used by each test (and emptied after it), as it is: its tables may be distributed over nodes.
 */
export default async function postgresqlForVitest(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given === undefined ? await startPostgresql() : null;
  const url = server?.url ?? withoutDatabase(given ?? "");
  await createTemplate(url);
  project.provide("postgresql", url);
  project.provide("givenDatabase", given !== undefined && hasDatabase(given) ? await prepared(given) : null);
  return async () => {
    await server?.remove();
  };
}

const hasDatabase = (url: string): boolean => new URL(url).pathname.length > 1;

/** Gives a database the newest schema and no rows. */
async function prepared(url: string): Promise<string> {
  await (await openDatabase(url)).close();
  await emptyDatabase(url);
  return url;
}

function withoutDatabase(url: string): string {
  const parsed = new URL(url);
  parsed.pathname = "";
  return parsed.href;
}

async function createTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${url}/postgres` });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  await (await openDatabase(`${url}/${TEMPLATE}`)).close();
}
