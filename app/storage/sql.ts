import { sqltag } from "@prisma/client/runtime/client";

export { empty, join, raw, type Sql } from "@prisma/client/runtime/client";

/** A statement, or a part of one; values become parameters. */
export const sql = sqltag;
