import pg from "pg";
import type { Sql } from "../sql";
import type { RawClient } from "../statements.server";
import { CONNECT_TIMEOUT } from "./prepare.server";

/** A statement of a transaction that has no answer after this time fails, in ms. Only one that hangs lasts so long. */
const STATEMENT_TIMEOUT = 120_000;

/** How long a transaction waits for a lock, and how long the server lets one do nothing, in ms. */
const LOCK_TIMEOUT = 5_000;
const IDLE_TIMEOUT = 60_000;

/**
 * Begins a transaction, in one round trip. Its settings end with it: those of a session would apply to other clients of a
 * pool such as pgbouncer's.
 */
const BEGIN = `BEGIN;
  SET LOCAL lock_timeout = ${LOCK_TIMEOUT};
  SET LOCAL idle_in_transaction_session_timeout = ${IDLE_TIMEOUT}`;

/** The driver returns a text for a `bigint`, because some are no safe integers. */
function parseBigint(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.INT8 && format !== "binary"
      ? parseBigint
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** A query that fails when it has no answer after `timeout` ms; the driver's types lack that setting. */
const limited = (query: pg.QueryConfig, timeout: number): pg.QueryConfig =>
  ({ ...query, query_timeout: timeout }) as pg.QueryConfig;

type Perform = (statement: Sql) => Promise<pg.QueryResult>;

/** Unnamed statements: a named one belongs to a connection. */
const clientOf = (perform: Perform): RawClient => ({
  $queryRaw: async <T>(statement: Sql) => (await perform(statement)).rows as T,
  $executeRaw: async (statement) => (await perform(statement)).rowCount ?? 0,
});

/** A pool of connections to a server. One that breaks is replaced when it is needed. */
export class Connections implements RawClient {
  readonly #pool: pg.Pool;
  readonly $queryRaw: RawClient["$queryRaw"];
  readonly $executeRaw: RawClient["$executeRaw"];

  /**
   * @param max most connections at once; further statements wait for one for `CONNECT_TIMEOUT`
   * @param onError called when a connection breaks that runs no statement
   */
  constructor(
    connectionString: string,
    max: number,
    readonly onError: (error: Error) => void,
  ) {
    this.#pool = new pg.Pool({
      connectionString,
      max,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
      application_name: "vitals-cockpit",
      types: TYPES,
    });
    this.#pool.on("error", onError);
    const client = clientOf(({ text, values }) => this.#pool.query({ text, values }));
    this.$queryRaw = client.$queryRaw;
    this.$executeRaw = client.$executeRaw;
  }

  /** Commits what `work` does, or rolls it back when `work` throws. */
  async transaction<T>(work: (client: RawClient) => Promise<T>): Promise<T> {
    const connection = await this.#pool.connect();
    // The pool listens only to connections that nobody uses. Without a listener, one that breaks would end the process.
    connection.on("error", this.onError);
    let isUsable = false;
    try {
      await connection.query(limited({ text: BEGIN }, STATEMENT_TIMEOUT));
      const result = await work(clientOf(inTurn(connection)));
      await connection.query(limited({ text: "COMMIT" }, STATEMENT_TIMEOUT));
      isUsable = true;
      return result;
    } catch (error) {
      isUsable = await rollBack(connection);
      throw error;
    } finally {
      connection.off("error", this.onError);
      connection.release(!isUsable);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** One statement after the other: the driver no longer queues them. */
function inTurn(connection: pg.PoolClient): Perform {
  let last: Promise<unknown> = Promise.resolve();
  return ({ text, values }) => {
    const result = last.then(() => connection.query(limited({ text, values }, STATEMENT_TIMEOUT)));
    last = result.catch(() => {});
    return result;
  };
}

/** @returns whether the connection can be used again */
async function rollBack(connection: pg.PoolClient): Promise<boolean> {
  try {
    await connection.query(limited({ text: "ROLLBACK" }, CONNECT_TIMEOUT));
    return true;
  } catch {
    return false;
  }
}
