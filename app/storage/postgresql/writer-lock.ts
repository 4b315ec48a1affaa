import type { Engine } from "../engine";
import { sql } from "../sql";

export const postgresqlWriterLock: Engine["writerLock"] = {
  /** The lock of one row: it waits for the transaction that has it, and for no other writer. */
  acquire: (name, at) => sql`UPDATE writer_lock SET taken_at = ${at} WHERE name = ${name}`,
};
