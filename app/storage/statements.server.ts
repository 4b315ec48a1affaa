import { type Sql, sqltag } from "@prisma/client/runtime/client";
import { type StatementMessage, statements } from "../platform/trace-channels";
import type { RowSchema } from "./row-schema";

export { empty, join, raw } from "@prisma/client/runtime/client";
export const sql = sqltag;
export type { Sql };

/** What can run statements: a client, or a transaction on one. */
export type Statements = {
  /** Rows of a statement, of the shape of `row` (which the tests check, not this). */
  query<Row>(name: string, row: RowSchema<Row>, statement: Sql): Promise<Row[]>;
  /** How many rows a statement changed. */
  execute(name: string, statement: Sql): Promise<number>;
};

/** The part of a Prisma client, or of its transactions, that is used. */
export type RawClient = {
  $queryRaw<T>(statement: Sql): PromiseLike<T>;
  $executeRaw(statement: Sql): PromiseLike<number>;
};

async function published<T>(name: string, run: () => PromiseLike<T>): Promise<T> {
  if (!statements.hasSubscribers) return run();
  const message: StatementMessage = { name, phase: "start" };
  statements.publish(message);
  try {
    return await run();
  } catch (error) {
    message.error = error;
    throw error;
  } finally {
    message.phase = "end";
    statements.publish(message);
  }
}

/** Named statements on a client: the one way in which SQL is run. */
export function statementsOn(client: RawClient): Statements {
  return {
    query: <Row>(name: string, _row: RowSchema<Row>, statement: Sql) =>
      published(name, () => client.$queryRaw<Row[]>(statement)),
    execute: (name, statement) => published(name, () => client.$executeRaw(statement)),
  };
}
