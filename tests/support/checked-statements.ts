import { z } from "zod";
import type { Database } from "../../app/storage/database.server";
import type { RowSchema } from "../../app/storage/row-schema";
import type { Statements } from "../../app/storage/statements.server";

/** Is called with the rows of every statement (`null` of one that returns none) before the caller gets them. */
export type StatementListener = (
  name: string,
  rows: readonly unknown[] | null,
  schema: RowSchema<unknown> | null,
) => void;

/**
 * Statements whose rows are parsed by their schemas, as production does not.
 * @throws Error that names the statement and the columns, when a row has another shape
 */
export function checkedStatements(on: Statements, onRun: StatementListener = () => {}): Statements {
  return {
    engine: on.engine,
    async query(name, schema, statement) {
      const rows = await on.query(name, schema, statement);
      const parsed = z.array(schema).safeParse(rows);
      if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
      onRun(name, rows, schema);
      return rows;
    },
    async execute(name, statement) {
      const changed = await on.execute(name, statement);
      onRun(name, null, null);
      return changed;
    },
  };
}

/** A database all of whose statements are checked. */
export function checkedDatabase(database: Database, onRun?: StatementListener): Database {
  return {
    ...database,
    read: checkedStatements(database.read, onRun),
    write: checkedStatements(database.write, onRun),
    transaction: (priority, work) =>
      database.transaction(priority, (tx) => work(checkedStatements(tx, onRun))),
  };
}
