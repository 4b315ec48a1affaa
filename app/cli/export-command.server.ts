import { env } from "../platform/env.server";
import { openDatabase } from "../storage/database.server";
import { selectMeasurements } from "../storage/measurements.server";
import { toBulkLine } from "./bulk-line";
import type { Command } from "./command";
import { instantOption } from "./option-values";
import { Progress } from "./progress";

/** Measurements per query. */
const PAGE = 5_000;

export const exportCommand: Command = {
  usage: "[--from ISO] [--to ISO]",
  description:
    "Writes the single measurements in the database (of the last RAW_RETENTION_DAYS) to standard output, oldest first, one\n" +
    "JSON object per line, in the format of `npm run import`.",
  options: {
    from: { type: "string", value: "ISO", description: "received at this instant or later" },
    to: { type: "string", value: "ISO", description: "received before this instant" },
  },
  maxPositionals: 0,

  async run({ values }, { stdout, stderr, monotonic }) {
    const from = instantOption(values, "from") ?? 0;
    const to = instantOption(values, "to") ?? Number.MAX_SAFE_INTEGER;
    const database = await openDatabase(env().DATABASE_URL);
    const progress = new Progress(stderr, monotonic);
    let written = 0;
    try {
      let last: { receivedAt: number; id: string } | null = null;
      for (;;) {
        const page = await selectMeasurements(database.read, { from, to }, last, PAGE);
        if (page.length === 0) break;
        await stdout.write(page.map(toBulkLine).join(""));
        written += page.length;
        last = page.at(-1) ?? null;
        progress.update(() => `export: ${written} measurements`);
      }
      await stdout.flush();
      progress.clear();
    } finally {
      await database.close();
    }
  },
};
