import { env } from "../platform/env.server";
import { confirmRetention } from "../rollup/retention-hold.server";
import { openDatabase } from "../storage/database.server";
import type { Command } from "./command";

export const retentionConfirmCommand: Command = {
  usage: "",
  description:
    "Confirms that this machine's clock is right. Retention deletes nothing while the clock is more than a day ahead of\n" +
    "its last run, since a wrong clock would delete everything.",
  options: {},
  maxPositionals: 0,

  async run(_args, { stderr, now }) {
    const database = await openDatabase(env().DATABASE_URL);
    try {
      const at = now();
      const hold = await confirmRetention(database, at);
      stderr.write(
        hold === null
          ? "retention:confirm: retention was not waiting\n"
          : `retention:confirm: rows older than their retention at ${new Date(at).toISOString()} will be deleted within ten minutes\n`,
      );
    } finally {
      await database.close();
    }
  },
};
