import type { Database } from "./database.server";
import { rowOf, text } from "./row-schema";
import { sql } from "./sql";

/** Whether the tables can be read. */
export async function isReachable({ read }: Database): Promise<boolean> {
  try {
    await read.query("isReachable", rowOf({ name: text }), sql`SELECT name FROM writer_lock LIMIT 1`);
    return true;
  } catch {
    return false;
  }
}
