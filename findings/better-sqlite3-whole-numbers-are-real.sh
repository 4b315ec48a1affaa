#!/usr/bin/env bash
# better-sqlite3 hands every number to SQLite as a REAL, whole ones too. A column declared INTEGER turns it back, so tables
# look right, but an expression does not: `at / ?` with 3600 divides with a fraction, so that `GROUP BY at / ?` has a group
# for each row instead of each hour, and a TEXT column gets "7.0", which '7' does not find. The same number written into the
# statement, bound as a BigInt, or as `CAST(? AS INTEGER)`, is whole. There is no error in any case.
# Exits with 1 when a whole number is bound as an INTEGER.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund better-sqlite3@12.11.1
cat >check.cjs <<'SCRIPT'
const Database = require("better-sqlite3");
const database = new Database(":memory:");
database.exec("CREATE TABLE views (at INTEGER, build TEXT); INSERT INTO views (at) VALUES (10), (600), (3599), (3600), (7199)");

const perHour = (divisor, ...values) => {
  const groups = database.prepare(`SELECT count(*) FROM views GROUP BY at / ${divisor}`).pluck().all(...values);
  console.log(`GROUP BY at / ${divisor}, values ${values.map((value) => typeof value).join() || "none"}: views of a group`, groups);
  return groups.join();
};
const hours = [
  perHour("?", 3600),
  perHour("3600"),
  perHour("?", 3600n),
  perHour("CAST(? AS INTEGER)", 3600),
];
database.prepare("UPDATE views SET build = ? WHERE at = 10").run(7);
const build = database.prepare("SELECT build FROM views WHERE at = 10").pluck().get();
const found = database.prepare("SELECT count(*) FROM views WHERE build = '7'").pluck().get();
console.log(`7 in a column declared TEXT: ${JSON.stringify(build)}, rows with '7': ${found}`);
console.log("better-sqlite3", require("better-sqlite3/package.json").version);
process.exit(hours.join(" ") === "1,1,1,1,1 3,2 3,2 3,2" && build === "7.0" && found === 0 ? 0 : 1);
SCRIPT
node check.cjs
