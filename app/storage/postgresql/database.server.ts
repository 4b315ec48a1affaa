import { log } from "../../platform/log.server";
import type { Database, OpenOptions } from "../database-contract";
import type { Engine } from "../engine";
import { scriptByTransaction } from "../run-steps.server";
import type { Script } from "../script";
import { type RawClient, type Statements, statementsOn } from "../statements.server";
import { Connections } from "./connections.server";
import { isConflict, translated } from "./errors";
import { prepareServer, type Server, serverOf } from "./prepare.server";

/** How often a statement or a transaction runs again after a conflict with another one. */
const MOST_ATTEMPTS = 5;

/** See `openDatabase`. */
export async function openPostgresql(url: string, { startTimeout }: OpenOptions): Promise<Database> {
  const server = serverOf(url);
  return openServer(server, await prepareServer(server, { startTimeout }));
}

/** Two pools: reads never wait for a connection that writes. */
function openServer(server: Server, engine: Engine): Database {
  const { connectionString, host, port } = server;
  const onError = (err: Error) => log().debug({ err, host, port }, "a connection to PostgreSQL ended");
  const writes = Math.ceil(server.connections * 0.4);
  const writer = new Connections(connectionString, writes, onError);
  const reader = new Connections(connectionString, server.connections - writes, onError);
  const transaction: Database["transaction"] = (_kind, work) =>
    repeated(() => writer.transaction((client) => runWork(client, engine, work)));
  const write = resilient(statementsOn(writer, engine));
  return {
    read: resilient(statementsOn(reader, engine)),
    write,
    transaction,
    async script(kind, _name, script) {
      const result = await scriptByTransaction(transaction, kind, script);
      if (result.refusedBy === null) await runFollowUps(write, script);
      return result;
    },
    isDamaged: () => false,
    close: async () => {
      await reader.close();
      await writer.close();
    },
  };
}

/** Its failures are only logged: what the script wrote is committed. */
async function runFollowUps(on: Statements, { followUps }: Script): Promise<void> {
  for (const { name, statement } of followUps) {
    await on.execute(name, statement).catch((err: unknown) => {
      log().warn({ err, statement: name }, "a statement after a transaction failed");
    });
  }
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

/** Fails after a failed statement, even where the work went on: the server would roll back, and call that a success. */
async function runWork<T>(
  client: RawClient,
  engine: Engine,
  work: (tx: Statements) => Promise<T>,
): Promise<T> {
  const failures: unknown[] = [];
  const statements = statementsOn(client, engine, (error) => failures.push(error));
  try {
    const result = await work(statements);
    if (failures.length === 0) return result;
  } catch (error) {
    if (!failures.includes(error)) throw new OwnError("The work of a transaction failed.", { cause: error });
  }
  throw failures[0];
}
