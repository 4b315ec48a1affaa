#!/usr/bin/env bash
# prom-client computes the quantiles of a Summary with the npm package tdigest, which interpolates between its centroids,
# also where a centroid stands for many equal values. CLS is 0 on most pages: with 990 pages of 0 and 10 of 0.5, the 75th
# percentile is 0.255, rated poor, though 99 % of the pages have no shift at all, and no page has that value. The error is
# not one of sampling or compression: the digest holds both values with their exact counts, and in its discrete mode
# answers 0. More pages do not help (prom-client 15.1.3, tdigest 0.1.3).
# Exits with 1 when a quantile at which all values are 0 is 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts prom-client@15.1.3 tdigest@0.1.3
cat >check.cjs <<'SCRIPT'
const { readFileSync } = require("node:fs");
const { Registry, Summary } = require("prom-client");
const { TDigest } = require("tdigest");

/** The 75th percentile of pages of which some shift by 0.5 and all others do not, in an order without a pattern. */
async function percentiles(pages, shifted) {
  const registers = [new Registry()];
  const summary = new Summary({ name: "cls", help: "CLS", percentiles: [0.75], registers });
  const digest = new TDigest();
  const discrete = new TDigest(false);
  const values = Array.from({ length: pages }, (_, i) => ((i * 377) % pages < shifted ? 0.5 : 0));
  for (const value of values) {
    summary.observe(value);
    digest.push(value);
    discrete.push(value);
  }
  const { value } = (await summary.get()).values.find(({ labels }) => labels.quantile === 0.75);
  const exact = values.sort((a, b) => a - b)[Math.ceil(0.75 * pages) - 1];
  const all = { exact, summary: value, digest: digest.percentile(0.75), discrete: discrete.percentile(0.75) };
  console.log(`${shifted} of ${pages} pages shift:`, JSON.stringify(all), JSON.stringify(digest.toArray()));
  return all;
}
(async () => {
  for (const name of ["prom-client", "tdigest"]) {
    console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
  const cases = [await percentiles(1_000, 10), await percentiles(1_000, 200), await percentiles(100_000, 1_000)];
  const isUnchanged = cases.every(
    ({ exact, summary, digest, discrete }) => exact === 0 && discrete === 0 && summary > 0.25 && digest > 0.25,
  );
  process.exit(isUnchanged ? 0 : 1);
})();
SCRIPT
node check.cjs
