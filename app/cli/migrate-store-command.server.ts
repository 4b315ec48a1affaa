import { env } from "../platform/env.server";
import { formatCount } from "../presenters/format/format";
import { moveStore } from "../storage/move/move-store.server";
import { type Command, UsageError } from "./command";
import { Progress } from "./progress";

export const migrateStoreCommand: Command = {
  usage: "TARGET",
  description:
    "Moves everything in the SQLite file that DATABASE_URL names to an empty PostgreSQL database, TARGET\n" +
    "(postgres://user:password@host/database), and compares row counts and percentiles. Stop every process on the file\n" +
    "first. The file stays as it is. A move that was stopped goes on where it was when it is started again.",
  options: {},
  maxPositionals: 1,

  async run({ positionals }, { stderr, monotonic }) {
    const [target] = positionals;
    if (target === undefined) throw new UsageError("The URL of the target is missing.");
    const { DATABASE_URL } = env();
    if (!DATABASE_URL.startsWith("file:"))
      throw new UsageError("DATABASE_URL must name the SQLite file to move.");
    const progress = new Progress(stderr, monotonic);
    const { tables, rows, resumed } = await moveStore(DATABASE_URL, target, ({ table, moved, of }) =>
      progress.update(() => `migrate-store: ${table}, ${formatCount(moved)} of ${formatCount(of)} rows`),
    );
    progress.finish(
      `migrate-store: ${formatCount(rows)} rows of ${tables} tables are in the target${resumed ? " (continued)" : ""}; counts and percentiles are equal. Now set DATABASE_URL to the target.`,
    );
  },
};
