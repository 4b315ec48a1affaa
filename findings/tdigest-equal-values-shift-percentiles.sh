#!/usr/bin/env bash
# tdigest keeps equal values as one centroid, and takes a percentile between the middles of two centroids, as if a centroid's
# values were spread evenly to the middles of its neighbours. Where most values are the same, as CLS of pages that never shift
# is 0, its percentiles are far from any value: of 800 page views with a CLS of 0 and 200 with 0.5, the p75 is 0.35, which
# rates poor, and the exact one is 0. Its rank of 0 is 0.4, though four of five values are 0. With values that all differ, by a
# ten-millionth, its p75 is right (tdigest 0.1.3).
# Exits with 1 when the p75 is that of the values, or raises an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts tdigest@0.1.3
cat >check.cjs <<'SCRIPT'
const { TDigest } = require("tdigest");

const p75Of = (values) => {
  const digest = new TDigest();
  for (const value of values) digest.push(value);
  digest.compress();
  return { p75: digest.percentile(0.75), centroids: digest.toArray().length, digest };
};
const exact = (values) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.75) - 1];
// In an order that mixes them: every fifth page view shifted.
const shifts = Array.from({ length: 1000 }, (_, i) => (i % 5 === 0 ? 0.5 : 0));
const noise = Array.from({ length: 1000 }, (_, i) => ((i * 389) % 1000) * 1e-7);
const mixed = shifts.map((value, i) => value + noise[i]);
console.log("tdigest", require("tdigest/package.json").version);
const results = { equal: p75Of(shifts), different: p75Of(mixed) };
for (const [name, { p75, centroids }] of Object.entries(results)) {
  const values = name === "equal" ? shifts : mixed;
  console.log(`${name} values: p75 ${p75.toFixed(4)}, exact ${exact(values).toFixed(4)}, ${centroids} centroids`);
}
const { equal, different } = results;
console.log("rank of 0 and of 0.35:", equal.digest.p_rank(0), equal.digest.p_rank(0.35));
process.exit(equal.p75 > 0.3 && equal.digest.p_rank(0) < 0.5 && Math.abs(different.p75 - exact(mixed)) < 0.01 ? 0 : 1);
SCRIPT
node check.cjs
