#!/usr/bin/env bash
# After a statement that failed, PostgreSQL undoes a whole transaction, and answers COMMIT not with an error but with the
# word ROLLBACK. Prisma's adapter for pg does not look at it: `$transaction()` in which an error was caught, such as that of
# a row that exists already, returns its result as if it were stored, and nothing is. The same code on SQLite stores the
# other rows.
# Exits with 1 when the transaction is rejected, or its first row is stored on PostgreSQL.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# For root, PostgreSQL runs as a user of its own, who must be able to read this folder.
chmod 755 "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund prisma@7.10.0 @prisma/client@7.10.0 @prisma/adapter-pg@7.10.0 \
  @prisma/adapter-better-sqlite3@7.10.0 embedded-postgres@17.10.0-beta.17
for provider in sqlite postgresql; do
  printf 'generator client {\n  provider = "prisma-client-js"\n  output = "./%s"\n}\ndatasource db {\n  provider = "%s"\n}\n' \
    "$provider" "$provider" >"$provider.prisma"
  # Any program will do: the engine that Prisma would download is not used.
  PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma generate --schema="$provider.prisma" >generate.txt 2>&1
done
cat >check.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaPg } from "@prisma/adapter-pg";
import EmbeddedPostgres from "embedded-postgres";
import onPostgresql from "./postgresql/index.js";
import onSqlite from "./sqlite/index.js";

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const account = { user: "check", password: "check", port };
const silent = { onLog() {}, onError() {} };
const server = new EmbeddedPostgres({ databaseDir: "data", persistent: false, createPostgresUser: true, ...account, ...silent });

/** What a transaction returns that stores a new row and then one that exists, and the rows that are there afterwards. */
async function outcomeOf(name, { PrismaClient }, adapter) {
  const client = new PrismaClient({ adapter });
  await client.$executeRaw`CREATE TABLE builds (id INTEGER PRIMARY KEY)`;
  await client.$executeRaw`INSERT INTO builds VALUES (1)`;
  const result = await client
    .$transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO builds VALUES (2)`;
      const code = await tx.$executeRaw`INSERT INTO builds VALUES (1)`.catch((error) => error.code);
      return `resolved after ${code}`;
    })
    .catch((error) => `rejected: ${error.message}`);
  const rows = await client.$queryRaw`SELECT id FROM builds ORDER BY id`;
  await client.$disconnect();
  const outcome = `${result}, stored ${rows.map(({ id }) => Number(id)).join(" and ")}`;
  console.log(`${name}: ${outcome}`);
  return outcome;
}
let outcomes = [];
try {
  await server.initialise();
  await server.start();
  outcomes = [
    await outcomeOf("SQLite", onSqlite, new PrismaBetterSqlite3({ url: "file:check.db" })),
    await outcomeOf("PostgreSQL", onPostgresql, new PrismaPg({ host: "127.0.0.1", database: "postgres", ...account })),
  ];
  for (const name of ["@prisma/client", "@prisma/adapter-pg"]) {
    console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
} finally {
  await server.stop();
}
process.exit(outcomes.join("; ") === "resolved after P2010, stored 1 and 2; resolved after P2010, stored 1" ? 0 : 1);
SCRIPT
node check.mjs
