import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { monotonic } from "../../platform/clock.server";
import { EnvironmentError } from "../../platform/env.server";
import { log } from "../../platform/log.server";
import { parsePostgresqlUrl } from "../../platform/postgresql-url";
import type { Engine } from "../engine";
import { MigrationError } from "../migrations";
import { CITUS, IS_DISTRIBUTED } from "./citus";
import { POSTGRESQL } from "./engine";
import { postgresqlMessage, sqlState } from "./errors";
import { applyPostgresqlMigrations } from "./migrations.server";

/** How long a start waits for a server that does not answer yet, in ms: both may be started at once. */
const START_TIMEOUT = 10_000;
const RETRY_DELAY = 500;
export const CONNECT_TIMEOUT = 5_000;

/** The first version with all that the statements use. */
const OLDEST_VERSION = 13;

export type Server = Exclude<ReturnType<typeof parsePostgresqlUrl>, { problem: string }>;

/** @throws EnvironmentError for a URL that the cockpit can't use */
export function serverOf(url: string): Server {
  const parsed = parsePostgresqlUrl(url);
  if ("problem" in parsed) throw new EnvironmentError(`DATABASE_URL ${parsed.problem}.`);
  return parsed;
}

const nameOf = ({ host, port, database }: Server): string => `the database "${database}" at ${host}:${port}`;

export type PrepareOptions = {
  /** How long to wait for a server that does not answer yet, in ms. */
  startTimeout?: number | undefined;
  /** Folder of the migrations; the product's own when absent. */
  folder?: string;
};

/**
 * Checks that a server can be used, and brings its schema up to date.
 * @returns the statements for it
 * @throws EnvironmentError when it does not answer, refuses the user, or can't be used
 * @throws MigrationError when this version can't use its schema
 */
export async function prepareServer(
  server: Server,
  { startTimeout = START_TIMEOUT, folder }: PrepareOptions = {},
): Promise<Engine> {
  const client = await connect(server, startTimeout);
  try {
    await checkServer(client, server);
    await applyPostgresqlMigrations(client, nameOf(server), folder);
    return await engineOf(client);
  } catch (error) {
    if (error instanceof EnvironmentError || error instanceof MigrationError) throw error;
    throw refusal(server, error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether the database has the extension. */
export async function hasCitus(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query("SELECT 1 FROM pg_extension WHERE extname = 'citus'");
  return rowCount === 1;
}

async function engineOf(client: pg.Client): Promise<Engine> {
  if (!(await hasCitus(client))) return POSTGRESQL;
  const { rowCount } = await client.query(IS_DISTRIBUTED, ["web_vitals_five_minutes"]);
  return rowCount === 0 ? POSTGRESQL : CITUS;
}

/** Connects, and waits for a server that starts at the same time. */
async function connect(server: Server, timeout: number): Promise<pg.Client> {
  const deadline = monotonic() + timeout;
  for (let isLogged = false; ; isLogged = true) {
    const client = new pg.Client({
      connectionString: server.connectionString,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
    });
    // Without a listener, a connection that breaks later would end the process.
    client.on("error", () => {});
    try {
      await client.connect();
      // A pgbouncer lets clients in before its server answers.
      await client.query("SELECT 1");
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (!isStarting(error) || monotonic() >= deadline) throw refusal(server, error);
      if (!isLogged) log().info({ host: server.host, port: server.port }, "waiting for PostgreSQL");
    }
    await sleep(RETRY_DELAY);
  }
}

/**
 * No answer yet, the server's own "the database system is starting up" (57P03), or a pgbouncer whose server does not answer
 * yet (08P01).
 */
const isStarting = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === null ? codeOf(error) !== "ENOTFOUND" : /^(?:57P03|08...)$/.test(state);
};

const codeOf = (error: unknown): string | null => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : null;
};

/** The sentence for an operator. It has no password: the driver's own messages have none either. */
function refusal(server: Server, error: unknown): EnvironmentError {
  const { host, port, user, database } = server;
  const at = `PostgreSQL at ${host}:${port}`;
  const state = sqlState(error);
  const reason = postgresqlMessage(error) || (codeOf(error) ?? "no reason");
  const sentence =
    state === null
      ? `DATABASE_URL names ${at}, which does not answer (${reason}).`
      : state === "3D000"
        ? `${at} has no database "${database}": create it, or correct DATABASE_URL.`
        : /^28/.test(state)
          ? `${at} refuses the user "${user}" (${reason}): correct DATABASE_URL.`
          : `${at} can't be used: ${reason} (${state}).`;
  return new EnvironmentError(sentence, { cause: error });
}

async function checkServer(client: pg.Client, server: Server): Promise<void> {
  const { rows } = await client.query<{ version: number; encoding: string; standby: boolean }>(
    `SELECT current_setting('server_version_num')::integer / 10000 AS version,
      current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`,
  );
  const [row] = rows;
  if (row === undefined) throw new EnvironmentError(`${nameOf(server)} can't be read.`);
  const problem =
    row.version < OLDEST_VERSION
      ? `of PostgreSQL ${row.version}; the cockpit needs ${OLDEST_VERSION} or newer`
      : row.encoding !== "UTF8"
        ? `in the encoding ${row.encoding}; create it with ENCODING 'UTF8'`
        : row.standby
          ? "on a standby, which only reads; name the primary"
          : null;
  if (problem !== null)
    throw new EnvironmentError(`DATABASE_URL names ${nameOf(server)}, which is ${problem}.`);
}
