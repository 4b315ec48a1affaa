import { vacuumFile } from "../storage/sqlite/vacuum.server";
import type { Command } from "./command";
import { sqliteFile } from "./sqlite-file.server";

export const dbVacuumCommand: Command = {
  usage: "",
  description:
    "Rewrites the SQLite file without its free pages. A file of an earlier version then shrinks by itself after\n" +
    "retention; newer ones do from the start. Beacons wait meanwhile: run it while the cockpit is stopped, or at a quiet\n" +
    "time. Needs free disk space of twice the file.",
  options: {},
  maxPositionals: 0,

  async run(_args, { stderr }) {
    const { before, after } = await vacuumFile(sqliteFile("its autovacuum reuses space by itself"));
    stderr.write(`db:vacuum: ${before} bytes before, ${after} now\n`);
  },
};
