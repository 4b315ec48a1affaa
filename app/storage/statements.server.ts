import { startStatement } from "../platform/trace-channels";
import type { Engine } from "./engine";
import type { RowSchema } from "./row-schema";
import type { Runner } from "./runner";
import type { Sql } from "./sql";

/** A runner, and the text of the statements that differ between databases. */
export type Statements = Runner & { engine: Engine };

/** The part of a Prisma client, or of a transaction, that `statementsOn` uses. */
export type RawClient = {
  $queryRaw<T>(statement: Sql): PromiseLike<T>;
  $executeRaw(statement: Sql): PromiseLike<number>;
};

type OnFailure = (error: unknown) => void;

/** Runs a statement, and publishes its start and its end. */
export async function published<T>(
  name: string,
  onFailure: OnFailure,
  run: () => PromiseLike<T>,
): Promise<T> {
  const end = startStatement(name);
  try {
    const result = await run();
    end();
    return result;
  } catch (error) {
    onFailure(error);
    end(error);
    throw error;
  }
}

/**
 * Statements on a client, published under their names on a diagnostics channel.
 * @param onFailure called with the error of each statement that fails
 */
export function statementsOn(client: RawClient, engine: Engine, onFailure: OnFailure = () => {}): Statements {
  return {
    engine,
    query: <Row>(name: string, _row: RowSchema<Row>, statement: Sql) =>
      published(name, onFailure, () => client.$queryRaw<Row[]>(statement)),
    execute: (name, statement) => published(name, onFailure, () => client.$executeRaw(statement)),
  };
}
