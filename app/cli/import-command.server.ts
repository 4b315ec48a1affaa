import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { importLines } from "../ingest/import.server";
import { env } from "../platform/env.server";
import { foldAll } from "../rollup/fold.server";
import { retention } from "../runtime/retention.server";
import { openDatabase } from "../storage/database.server";
import { type Command, UsageError } from "./command";
import { Progress } from "./progress";

/** Measurements of one fold: more than a server's, because no request waits for it. */
const IMPORT_FOLD_BATCH = 20_000;

/** Bad lines to report one by one; further ones are only counted. */
const MAX_REPORTED_LINES = 20;

export const importCommand: Command = {
  usage: "FILE   (or - for standard input)",
  description:
    "Stores measurements, one JSON object a line, in the database that DATABASE_URL names, and folds them. A server\n" +
    "may be running meanwhile. Bad lines are named and skipped. Started again with the same input, it goes on where\n" +
    "it was stopped. It exits with 0 only when everything good is stored, folded and visible.",
  options: {},
  maxPositionals: 1,

  async run({ positionals }, { stdin, stderr, now, monotonic }) {
    const [file] = positionals;
    if (file === undefined) throw new UsageError("Name a file, or - for standard input.");
    if (file !== "-" && !(await stat(file)).isFile()) throw new UsageError(`${file} is not a file.`);
    const database = await openDatabase(env().DATABASE_URL);
    const progress = new Progress(stderr, monotonic);
    const startedAt = monotonic();
    const fold = (): Promise<void> => foldAll(database, IMPORT_FOLD_BATCH, retention(), now);
    let reported = 0;
    try {
      const { lines, stored, resumed, bad } = await importLines(
        file === "-" ? stdin : createReadStream(file),
        {
          database,
          clock: now,
          mergeRouteNotations: env().MERGE_ROUTE_NOTATIONS,
          onBadLine: (line, reason) => {
            reported += 1;
            if (reported > MAX_REPORTED_LINES) return;
            progress.clear();
            stderr.write(`line ${line}: ${reason}; skipped\n`);
          },
          onBatch: async (sofar) => {
            await fold();
            progress.update(() => `import: ${sofar.lines} lines read, ${sofar.stored} measurements stored`);
          },
        },
      );
      await fold();
      if (bad > MAX_REPORTED_LINES) stderr.write(`${bad - MAX_REPORTED_LINES} more bad lines were skipped\n`);
      const seconds = ((monotonic() - startedAt) / 1000).toFixed(1);
      const earlier = resumed > 0 ? `, ${resumed} of them imported before` : "";
      progress.finish(`import: ${lines} lines${earlier}; ${stored} stored, ${bad} bad, in ${seconds} s`);
      if (bad > 0 && stored === 0 && resumed === 0) throw new Error("none of the lines could be used");
    } finally {
      await database.close();
    }
  },
};
