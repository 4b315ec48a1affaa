import { resolve } from "node:path";
import { restoreDatabase } from "../storage/sqlite/backup.server";
import { type Command, UsageError } from "./command";
import { sqliteFile } from "./sqlite-file.server";

export const restoreCommand: Command = {
  usage: "FILE",
  description:
    "Replaces the database that DATABASE_URL names by the backup FILE, which is checked first. Stop every cockpit on it\n" +
    "before. The replaced database stays beside it, under a name with the time.",
  options: {},
  maxPositionals: 1,

  async run({ positionals }, { stderr, now }) {
    const [file] = positionals;
    if (file === undefined) throw new UsageError("The file of the backup is missing.");
    const path = sqliteFile("restore it with pg_restore");
    const time = new Date(now()).toISOString().replace(/\.\d+|[-:]/g, "");
    const replaced = `${path}.before-restore-${time}`;
    const hadOne = await restoreDatabase(path, resolve(file), replaced);
    stderr.write(`restore: ${path} is now a copy of ${file}\n`);
    stderr.write(
      "restore: all sessions have ended; API tokens are those of the backup: revoke again what was revoked since\n",
    );
    if (hadOne) stderr.write(`restore: the database before it is ${replaced}\n`);
  },
};
