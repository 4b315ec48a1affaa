import { channel } from "node:diagnostics_channel";
import { type Sql, sqltag } from "@prisma/client/runtime/client";

export { empty, join, raw } from "@prisma/client/runtime/client";
export const sql = sqltag;
export type { Sql };

/** What can run statements: a client, or a transaction on one. */
export type Statements = {
  /** Rows of a statement. Their shape is the caller's word; integers come as number or bigint. */
  query<Row>(name: string, statement: Sql): Promise<Row[]>;
  /** How many rows a statement changed. */
  execute(name: string, statement: Sql): Promise<number>;
};

/** The part of a Prisma client, or of its transactions, that is used. */
export type RawClient = {
  $queryRaw<T>(statement: Sql): PromiseLike<T>;
  $executeRaw(statement: Sql): PromiseLike<number>;
};

/** A message per statement, before it runs and after it ended, for telemetry and tests. */
export type StatementMessage = { name: string; phase: "start" | "end"; error?: unknown };

const STATEMENT_CHANNEL = "vitals-cockpit:statement";

const statements = channel(STATEMENT_CHANNEL);

async function observed<T>(name: string, run: () => PromiseLike<T>): Promise<T> {
  if (!statements.hasSubscribers) return run();
  statements.publish({ name, phase: "start" } satisfies StatementMessage);
  try {
    const result = await run();
    statements.publish({ name, phase: "end" } satisfies StatementMessage);
    return result;
  } catch (error) {
    statements.publish({ name, phase: "end", error } satisfies StatementMessage);
    throw error;
  }
}

/** Named statements on a client: the one way in which SQL is run. */
export function statementsOn(client: RawClient): Statements {
  return {
    query: <Row>(name: string, statement: Sql) => observed(name, () => client.$queryRaw<Row[]>(statement)),
    execute: (name, statement) => observed(name, () => client.$executeRaw(statement)),
  };
}
