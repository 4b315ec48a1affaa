#!/usr/bin/env bash
# jStat's percentile() interpolates between the values beside a rank, as PERCENTILE.INC of spreadsheets does, but not between
# the two largest: there it returns the smaller one. So the p50 of two durations is the lower of them, while median() is their
# mean, and the p90 of five values is the second largest. The loop's guard counts ranks from 1 and compares them with an
# index from 0. With 101 values, the p99.5 is off (jstat 1.9.6).
# Exits with 1 when percentile() interpolates there, too, or raises an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts jstat@1.9.6
cat >check.cjs <<'SCRIPT'
const { jStat } = require("jstat");

/** As PERCENTILE.INC: the rank is share × (n - 1), from 0. */
const interpolated = (values, share) => {
  const rank = share * (values.length - 1);
  const [low, high] = [values[Math.floor(rank)], values[Math.ceil(rank)]];
  return low + (rank - Math.floor(rank)) * (high - low);
};
console.log("jstat", require("jstat/package.json").version);
const hundred = Array.from({ length: 101 }, (_, i) => i * 10);
const cases = [
  [[100, 5000], 0.5],
  [[1, 2, 3, 4, 5], 0.6],
  [[1, 2, 3, 4, 5], 0.9],
  [hundred, 0.985],
  [hundred, 0.995],
];
const found = cases.map(([values, share]) => {
  const got = jStat.percentile(values, share);
  const expected = interpolated(values, share);
  console.log(`p${share * 100} of ${values.length} values: ${got}, between its neighbours ${expected}`);
  return Math.abs(got - expected) < 1e-9;
});
console.log(`median of 100 and 5000: ${jStat.median([100, 5000])}`);
process.exit(found.join() === "false,true,false,true,false" && jStat.median([100, 5000]) === 2550 ? 0 : 1);
SCRIPT
node check.cjs
