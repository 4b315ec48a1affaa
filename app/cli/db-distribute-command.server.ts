import { env } from "../platform/env.server";
import { distributeTables } from "../storage/postgresql/distribute.server";
import { type Command, UsageError } from "./command";

export const dbDistributeCommand: Command = {
  usage: "",
  description:
    "Distributes the large tables of the PostgreSQL database that DATABASE_URL names over the nodes of Citus: single\n" +
    "measurements by id, summaries of routes by route. Needs the extension citus in the database. Stop every process on\n" +
    "it first. Tables that are distributed already stay as they are.",
  options: {},
  maxPositionals: 0,

  async run(_args, { stderr }) {
    const { DATABASE_URL } = env();
    if (DATABASE_URL.startsWith("file:")) {
      throw new UsageError(
        "DATABASE_URL names a SQLite file; only a PostgreSQL database can be distributed.",
      );
    }
    const { distributed, before, nodes } = await distributeTables(DATABASE_URL, (table) =>
      stderr.write(`db:distribute: ${table} …\n`),
    );
    stderr.write(
      `db:distribute: ${distributed.length} tables distributed now, ${before.length} were before; nodes: ${nodes}\n`,
    );
  },
};
