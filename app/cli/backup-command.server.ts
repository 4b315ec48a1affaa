import { resolve } from "node:path";
import { backUpDatabase } from "../storage/sqlite/backup.server";
import { type Command, UsageError } from "./command";
import { sqliteFile } from "./sqlite-file.server";

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
    const bytes = await backUpDatabase(sqliteFile("back it up with pg_dump"), target);
    stderr.write(`backup: ${target}, ${bytes} bytes, checked\n`);
  },
};
