import { resolve } from "node:path";
import { env } from "../platform/env.server";
import { backUpDatabase } from "../storage/sqlite/backup.server";
import { sqlitePath } from "../storage/sqlite/database.server";
import { type Command, UsageError } from "./command";

export const backupCommand: Command = {
  usage: "FILE",
  description:
    "Copies the database that DATABASE_URL names to FILE, while the cockpit runs: consistent, compact and checked. FILE\n" +
    "must not exist; it appears only when the copy is complete.",
  options: {},
  maxPositionals: 1,

  async run({ positionals }, { stderr }) {
    const [file] = positionals;
    if (file === undefined) throw new UsageError("The file of the backup is missing.");
    const target = resolve(file);
    const bytes = await backUpDatabase(sqlitePath(env().DATABASE_URL), target);
    stderr.write(`backup: ${target}, ${bytes} bytes, checked\n`);
  },
};
