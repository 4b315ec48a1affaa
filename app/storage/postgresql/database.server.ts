import { PrismaPg } from "@prisma/adapter-pg";
import { log } from "../../platform/log.server";
import type { Database, OpenOptions } from "../database-contract";
import type { Engine } from "../engine";
import { PrismaClient } from "../generated/postgresql/client";
import { type Sql, sql } from "../sql";
import { type Statements, statementsOn } from "../statements.server";
import { isConflict, translated } from "./errors";
import { CONNECT_TIMEOUT, prepareServer, type Server, serverOf } from "./prepare.server";

/** A longer transaction is rolled back; in ms. Only one that hangs lasts so long. */
const TRANSACTION_TIMEOUT = 120_000;

/** How long a transaction waits for a lock, and how long the server lets one do nothing, in ms. */
const LOCK_TIMEOUT = 5_000;
const IDLE_TIMEOUT = 60_000;

/** How often a statement or a transaction runs again after a conflict with another one. */
const MOST_ATTEMPTS = 5;

/** See `openDatabase`. */
export async function openPostgresql(url: string, { startTimeout }: OpenOptions): Promise<Database> {
  const server = serverOf(url);
  return openServer(server, await prepareServer(server, { startTimeout }));
}

/** Two pools: reads never wait for a connection that writes. */
function openServer(server: Server, engine: Engine): Database {
  const writes = Math.ceil(server.connections * 0.4);
  const writer = connect(server, writes);
  const reader = connect(server, server.connections - writes);
  const write = resilient(statementsOn(writer, engine));
  return {
    read: resilient(statementsOn(reader, engine)),
    write,
    transaction: (_kind, work) => repeated(() => runTransaction(writer, engine, work)),
    isDamaged: () => false,
    close: async () => {
      await reader.$disconnect();
      await writer.$disconnect();
    },
  };
}

function connect({ connectionString, host, port }: Server, max: number): PrismaClient {
  const onError = (err: Error) => log().debug({ err, host, port }, "a connection to PostgreSQL ended");
  const adapter = new PrismaPg(
    {
      connectionString,
      max,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
      application_name: "vitals-cockpit",
    },
    { onPoolError: onError, onConnectionError: onError },
  );
  return new PrismaClient({ adapter });
}

/** Statements that run again after a conflict, and throw the errors of `translated`. */
function resilient(on: Statements): Statements {
  return {
    engine: on.engine,
    query: (name, row, statement) => repeated(() => on.query(name, row, statement)),
    execute: (name, statement) => repeated(() => on.execute(name, statement)),
  };
}

async function repeated<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (error instanceof OwnError) throw error.cause;
      if (!isConflict(error) || attempt === MOST_ATTEMPTS) throw translated(error);
    }
  }
}

/** An error of the work of a transaction, and of no statement in it. */
class OwnError extends Error {}

/** Settings of one transaction: those of a session would reach other clients of a pool such as pgbouncer's. */
const LIMITS: Sql = sql`SELECT set_config('lock_timeout', ${String(LOCK_TIMEOUT)}, true),
  set_config('idle_in_transaction_session_timeout', ${String(IDLE_TIMEOUT)}, true)`;

async function runTransaction<T>(
  client: PrismaClient,
  engine: Engine,
  work: (tx: Statements) => Promise<T>,
): Promise<T> {
  return client.$transaction(
    async (tx) => {
      await tx.$queryRaw(LIMITS);
      let failed: unknown = null;
      const statements = statementsOn(tx, engine, (error) => {
        failed = error;
      });
      try {
        return await work(statements);
      } catch (error) {
        throw error === failed ? error : new OwnError("The work of a transaction failed.", { cause: error });
      }
    },
    { maxWait: CONNECT_TIMEOUT, timeout: TRANSACTION_TIMEOUT },
  );
}
