#!/usr/bin/env bash
# The values of a pprof profile are signed. A comparison of two profiles has negative ones, where a function became faster.
# pprof-format, which Datadog's profiler and others use, writes them as the format wants, and reads its own bytes as unsigned:
# -5 comes back as 18446744073709551611. So a sum over a comparison is dominated by what became faster. It also is a BigInt
# among numbers, to which `+` raises an error. Another decoder has -5 for the same bytes (pprof-format 2.3.2).
# Exits with 1 when a negative value comes back.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts pprof-format@2.3.2 protobufjs@7.5.4
cat >check.cjs <<'SCRIPT'
const { Profile, Sample, StringTable, ValueType } = require("pprof-format");
const protobuf = require("protobufjs");

const VALUES = [7, -5];
const stringTable = new StringTable();
const sampleType = [new ValueType({ type: stringTable.dedup("cpu"), unit: stringTable.dedup("milliseconds") })];
const sample = VALUES.map((value) => new Sample({ locationId: [], value: [value] }));
const bytes = new Profile({ stringTable, sampleType, sample }).encode();

const own = Profile.decode(bytes).sample.map(({ value: [value] }) => value);
// The part of pprof's profile.proto that holds the values.
const { root } = protobuf.parse(`syntax = "proto3";
  message Sample { repeated int64 value = 2; }
  message Profile { repeated Sample sample = 2; }`);
const other = root.lookupType("Profile").decode(bytes).sample.map(({ value: [value] }) => Number(value));
console.log("pprof-format", require("pprof-format/package.json").version);
VALUES.forEach((value, i) => console.log(`${value} is read as ${own[i]} (${typeof own[i]}), by protobufjs as ${other[i]}`));
process.exit(own[0] === 7 && own[1] === 2n ** 64n - 5n && other.join() === VALUES.join() ? 0 : 1);
SCRIPT
node check.cjs
