#!/usr/bin/env bash
# SQLite types values, not columns. Prisma's adapter for better-sqlite3 gives a computed column one type: that of the
# first row's value. Where that is an integer, it truncates the fractions of all later rows, without an error: the same
# query has other values in another order. A column such as `coalesce(x, 0)` or `iif(n = 0, 0, s / n)` needs a cast.
# Exits with 1 when the fractions are returned in both orders.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @prisma/adapter-better-sqlite3@7.10.0
cat >check.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";

const adapter = await new PrismaBetterSqlite3({ url: "file:check.db" }).connect();
await adapter.executeScript(
  "CREATE TABLE durations (id INTEGER PRIMARY KEY, ms REAL); INSERT INTO durations VALUES (1, NULL), (2, 0.5), (3, 2.75)",
);
const valuesOf = async (expression, order) => {
  const sql = `SELECT ${expression} AS ms FROM durations ORDER BY id ${order}`;
  const { rows } = await adapter.queryRaw({ sql, args: [], argTypes: [] });
  const values = rows.map(([ms]) => ms);
  console.log(`${expression}, ${order}:`, JSON.stringify(values));
  return values.join();
};
const up = await valuesOf("coalesce(ms, 0)", "ASC");
const down = await valuesOf("coalesce(ms, 0)", "DESC");
const cast = await valuesOf("CAST(coalesce(ms, 0) AS REAL)", "ASC");
for (const name of ["@prisma/adapter-better-sqlite3", "better-sqlite3"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
}
process.exit(up === "0,0,2" && down === "2.75,0.5,0" && cast === "0,0.5,2.75" ? 0 : 1);
SCRIPT
node check.mjs
