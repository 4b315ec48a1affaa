#!/usr/bin/env bash
# Prisma's adapter for better-sqlite3 stores and compares times as `2026-01-31T12:00:00.000+00:00`. A column's own
# `DEFAULT CURRENT_TIMESTAMP` stores `2026-01-31 12:00:00`. The client reads both as the same kind of Date, but SQLite compares
# them as texts, and a space comes before "T": a row that a raw statement inserted without the time is before every other
# time of its day. `gte: aMinuteAgo` does not find it, and `orderBy` puts it first. There is no error.
# Exits with 1 when the filter finds the row.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund prisma@7.10.0 @prisma/client@7.10.0 @prisma/adapter-better-sqlite3@7.10.0
cat >schema.prisma <<'SCRIPT'
generator client {
  provider = "prisma-client-js"
}
datasource db {
  provider = "sqlite"
}
model Deploy {
  id Int      @id
  at DateTime @default(now())
}
SCRIPT
# Any program will do: the engine that Prisma would download is not used.
PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma generate --schema=schema.prisma >generate.txt 2>&1
cat >check.cjs <<'SCRIPT'
const { PrismaBetterSqlite3 } = require("@prisma/adapter-better-sqlite3");
const { PrismaClient } = require("@prisma/client");
const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: "file:check.db" }) });
const idsOf = (rows) => rows.map(({ id }) => Number(id)).join();
/** Waits out the first seconds of a day (UTC), in which the row would be of the day before the filter's. */
const outsideOfMidnight = async () => {
  while (Date.now() % 86_400_000 < 5_000 || Date.now() % 86_400_000 > 86_390_000) await new Promise((done) => setTimeout(done, 500));
};
(async () => {
  await client.$executeRaw`CREATE TABLE Deploy (id INTEGER PRIMARY KEY, at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP)`;
  await outsideOfMidnight();
  await client.deploy.create({ data: { id: 1 } });
  await client.$executeRaw`INSERT INTO Deploy (id) VALUES (2)`;
  const before = new Date(Date.now() - 4_000);
  const dates = (await client.deploy.findMany()).map(({ at }) => at);
  const stored = await client.$queryRaw`SELECT '' || at AS text FROM Deploy ORDER BY id`;
  const [first] = await client.deploy.findMany({ orderBy: { at: "asc" } });
  const found = idsOf(await client.deploy.findMany({ where: { at: { gte: before } } }));
  const raw = idsOf(await client.$queryRaw`SELECT id FROM Deploy WHERE at >= ${before}`);
  for (const name of ["@prisma/client", "@prisma/adapter-better-sqlite3"]) {
    console.log(name, JSON.parse(require("node:fs").readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
  console.log(`1 by the client, 2 by the column's default; as text: ${stored.map(({ text }) => text).join(", ")}`);
  console.log(`both read as dates since ${before.toISOString()}: ${dates.every((at) => at instanceof Date && at >= before)}`);
  console.log(`found with gte that time: ${found}; by a raw statement: ${raw}; the first in time: ${first.id}`);
  process.exit(dates.every((at) => at >= before) && found === "1" && raw === "1" && first.id === 2 ? 0 : 1);
})();
SCRIPT
node check.cjs
