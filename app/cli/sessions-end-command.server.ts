import { env } from "../platform/env.server";
import { openDatabase } from "../storage/database.server";
import { deleteOtherSessions } from "../storage/sessions.server";
import type { Command } from "./command";

export const sessionsEndCommand: Command = {
  usage: "",
  description:
    "Ends all sessions, in every process that uses the database. Run it after pg_restore: sessions of the backup's time\n" +
    "would be valid again. `npm run restore` of a file ends them itself.",
  options: {},
  maxPositionals: 0,

  async run(_args, { stderr }) {
    const database = await openDatabase(env().DATABASE_URL);
    try {
      await deleteOtherSessions(database.write, null);
      stderr.write(
        "sessions:end: all sessions have ended; API tokens are unchanged: revoke again what was revoked since a backup\n",
      );
    } finally {
      await database.close();
    }
  },
};
