import { type Sql, sql } from "../sql";

/** A subquery of one column, with a row for each of `values`: one parameter, however many there are. */
export const texts = (values: readonly string[]): Sql =>
  sql`SELECT jsonb_array_elements_text(${JSON.stringify(values)}::jsonb)`;
