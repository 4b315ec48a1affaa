import type { RowSchema } from "./row-schema";
import type { Sql } from "./sql";

/** Runs statements: on a client, or in a transaction of one. */
export type Runner = {
  /** The rows of a statement. `row` is their schema, by which only tests check them. */
  query<Row>(name: string, row: RowSchema<Row>, statement: Sql): Promise<Row[]>;
  /** @returns how many rows the statement changed */
  execute(name: string, statement: Sql): Promise<number>;
};
