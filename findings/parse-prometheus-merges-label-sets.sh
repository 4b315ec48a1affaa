#!/usr/bin/env bash
# parse-prometheus-text-format reads a histogram or summary with labels as if it had none: the values of all label sets go
# to one object, by bucket or quantile alone, so that the last set overwrites the others, and the labels, sum and count are
# gone. What prom-client writes for the LCP of two routes is read as one histogram, that of the second route, with no sign
# of the first. Counters and gauges with the same labels are right, and there is no error (parse-prometheus-text-format
# 1.1.1, prom-client 15.1.3).
# Exits with 1 when both routes are read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts parse-prometheus-text-format@1.1.1 prom-client@15.1.3
cat >check.cjs <<'SCRIPT'
const { Counter, Histogram, Registry, Summary } = require("prom-client");
const parse = require("parse-prometheus-text-format");

const registers = [new Registry()];
const labels = { help: "of a page", labelNames: ["route"], registers };
const views = new Counter({ name: "views", ...labels });
const lcp = new Histogram({ name: "lcp", buckets: [2500], ...labels });
const inp = new Summary({ name: "inp", percentiles: [0.75], ...labels });
for (const [route, value, count] of [["/list", 1000, 90], ["/item", 9000, 10]]) {
  for (let i = 0; i < count; i += 1) {
    views.inc({ route });
    lcp.observe({ route }, value);
    inp.observe({ route }, value / 10);
  }
}
(async () => {
  const text = await registers[0].metrics();
  console.log(text.split("\n").filter((line) => /^[a-z]/.test(line)).join("\n"));
  const read = Object.fromEntries(parse(text).map(({ name, metrics }) => [name, metrics]));
  for (const [name, metrics] of Object.entries(read)) console.log(`${name} is read as`, JSON.stringify(metrics));
  for (const name of ["parse-prometheus-text-format", "prom-client"]) {
    console.log(name, require(`${name}/package.json`).version);
  }
  const isRight = read.views.length === 2 && read.views[0].labels.route === "/list";
  const lost =
    JSON.stringify(read.lcp) === '[{"buckets":{"2500":"0","+Inf":"10"}}]' &&
    JSON.stringify(read.inp) === '[{"quantiles":{"0.75":"900"}}]';
  process.exit(isRight && lost ? 0 : 1);
})();
SCRIPT
node check.cjs
