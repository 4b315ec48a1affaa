#!/usr/bin/env bash
# Prisma's client has one connection with the adapter for better-sqlite3. While a transaction is open on it, statements
# outside of that transaction neither wait nor fail: they become part of it. An insert of another request, which returned 1,
# is gone when the transaction fails, and reads see rows that are never committed. Transactions need a client of their own.
# Exits with 1 when the insert survives, or the read does not see the rows of the open transaction.
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
SCRIPT
# Any program will do: the engine that Prisma would download is not used.
PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma generate --schema=schema.prisma >generate.txt 2>&1
cat >check.cjs <<'SCRIPT'
const { PrismaBetterSqlite3 } = require("@prisma/adapter-better-sqlite3");
const { PrismaClient } = require("@prisma/client");
const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: "file:check.db" }) });
const count = async () => Number((await client.$queryRaw`SELECT count(*) AS n FROM orders`)[0].n);

/** A signal between the two requests, so that their order does not depend on time. */
function signal() {
  let send;
  const sent = new Promise((resolve) => {
    send = resolve;
  });
  return { send, sent };
}
(async () => {
  await client.$executeRaw`CREATE TABLE orders (id INTEGER PRIMARY KEY)`;
  const [opened, go] = [signal(), signal()];
  const transaction = client.$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO orders VALUES (1)`;
    opened.send();
    await go.sent;
    throw new Error("rolled back");
  });
  await opened.sent;
  const stored = await client.$executeRaw`INSERT INTO orders VALUES (2)`;
  const during = await count();
  go.send();
  const outcome = await transaction.catch(({ message }) => message);
  const after = await count();
  console.log(`insert outside of the transaction: ${stored} row stored; orders then: ${during}`);
  console.log(`transaction: ${outcome}; orders then: ${after}`);
  for (const name of ["@prisma/client", "@prisma/adapter-better-sqlite3"]) {
    console.log(name, JSON.parse(require("node:fs").readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
  process.exit(stored === 1 && during === 2 && outcome === "rolled back" && after === 0 ? 0 : 1);
})();
SCRIPT
node check.cjs
