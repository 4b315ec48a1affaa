import { env } from "../../platform/env.server";
import { formatCount } from "../../presenters/format/format";
import { bytesText } from "../../presenters/profiling-page/amounts";
import { retention } from "../../runtime/retention.server";
import { openDatabase } from "../../storage/database.server";
import { DAY } from "../../vitals/time";
import type { Command } from "../command";
import { type DatabaseStatistics, readStatistics, type TableStatistics } from "./statistics.server";

export const dbStatsCommand: Command = {
  usage: "[options]",
  description:
    "Prints rows, bytes and days of each table, and what the retention settings lead to at the traffic of the last whole\n" +
    "days (up to seven). Reads the whole database once; the cockpit may run.",
  options: { json: { type: "boolean", description: "Print JSON: bytes, and times in ms since the epoch." } },
  maxPositionals: 0,

  async run({ values }, { stdout, now }) {
    const database = await openDatabase(env().DATABASE_URL);
    try {
      const statistics = await readStatistics(database, retention(), now());
      await stdout.write(values.json === true ? `${JSON.stringify(statistics)}\n` : textOf(statistics));
    } finally {
      await database.close();
    }
  },
};

const HEAD = ["table", "rows", "size", "B/row", "days", "of", "rows then", "size then"];

const days = (ms: number): string => (ms / DAY).toFixed(ms % DAY === 0 ? 0 : 1);

const dash = (text: string | null): string => text ?? "–";

function cells({ table, rows, bytes, oldest, newest, retention, expected }: TableStatistics): string[] {
  return [
    table,
    formatCount(rows),
    bytesText(bytes),
    dash(rows === 0 ? null : formatCount(Math.round(bytes / rows))),
    dash(oldest === null || newest === null ? null : days(newest - oldest)),
    dash(retention === null ? null : days(retention)),
    dash(expected && formatCount(expected.rows)),
    dash(expected && bytesText(expected.bytes)),
  ];
}

function textOf({ tables, file }: DatabaseStatistics): string {
  const rows = [HEAD, ...tables.map(cells)];
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  const now = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const then = tables.reduce((sum, { bytes, expected }) => sum + (expected?.bytes ?? bytes), 0);
  lines.push(
    "",
    `All tables: ${bytesText(now)} now, ${bytesText(then)} when each retention is full, at the traffic of the last whole days (up to 7).`,
    "days: from the oldest row to the newest, of the days of its retention.",
  );
  if (file !== null) {
    lines.push(
      `File: ${bytesText(file.pages * file.bytes)}, of it ${bytesText(file.free * file.bytes)} free for new rows.`,
    );
    if (!file.shrinks)
      lines.push('It can\'t shrink: an earlier version created it. Run "npm run db:vacuum".');
  }
  return `${lines.join("\n")}\n`;
}
