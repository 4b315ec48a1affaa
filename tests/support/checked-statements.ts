import { z } from "zod";
import type { Database } from "../../app/storage/database.server";
import type { RowSchema } from "../../app/storage/row-schema";
import type { Sql } from "../../app/storage/sql";
import type { Statements } from "../../app/storage/statements.server";
import { refusedByCitus } from "./postgresql/citus-rules";

/** Is called with the rows of every statement (`null` of one that returns none) before the caller gets them. */
export type StatementListener = (
  name: string,
  rows: readonly unknown[] | null,
  schema: RowSchema<unknown> | null,
) => void;

/**
 * Schemas of rows by the names of their statements. To build one costs more than a small statement. Where two statements
 * had one name and other columns, the rows of one of them would be refused.
 */
const schemas = new Map<string, z.ZodType>();

function schemaOf(name: string, schema: RowSchema<unknown>): z.ZodType {
  const known = schemas.get(name) ?? z.array(schema());
  schemas.set(name, known);
  return known;
}

/**
 * Statements whose rows are parsed by their schemas, as production does not.
 * @throws Error that names the statement and the columns, when a row has another shape; and on PostgreSQL that names what
 *   Citus refuses
 */
export function checkedStatements(on: Statements, onRun: StatementListener = () => {}): Statements {
  return {
    engine: on.engine,
    async query(name, schema, statement) {
      checkForCitus(on, name, statement);
      const rows = await on.query(name, schema, statement);
      const parsed = schemaOf(name, schema).safeParse(rows);
      if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
      onRun(name, rows, schema);
      return rows;
    },
    async execute(name, statement) {
      checkForCitus(on, name, statement);
      const changed = await on.execute(name, statement);
      onRun(name, null, null);
      return changed;
    },
  };
}

/** Distributed tables accept fewer statements; tests run on plain PostgreSQL. */
function checkForCitus({ engine }: Pick<Statements, "engine">, name: string, { text }: Sql): void {
  const reasons = engine.name === "postgresql" ? refusedByCitus(text) : [];
  if (reasons.length > 0) throw new Error(`${name}: Citus refuses ${reasons.join("; ")}: ${text}`);
}

/** A database all of whose statements are checked. */
export function checkedDatabase(database: Database, onRun?: StatementListener): Database {
  return {
    ...database,
    read: checkedStatements(database.read, onRun),
    write: checkedStatements(database.write, onRun),
    transaction: (priority, work) =>
      database.transaction(priority, (tx) => work(checkedStatements(tx, onRun))),
    async script(kind, name, script) {
      for (const step of [...script.steps, ...script.followUps])
        checkForCitus(script, step.name, step.statement);
      const result = await database.script(kind, name, script);
      for (const step of script.steps.slice(0, result.changed.length)) onRun?.(step.name, null, null);
      return result;
    },
  };
}
