#!/usr/bin/env bash
# hdr-histogram-js offers 8 and 16 bits for each bucket's counter, to save memory. A counter that is full starts again at 0:
# the error for that, as in the original in Java, is for a count below 0, which an unsigned one never is. The total goes on
# counting, so that no bucket has the rank of a percentile, and every percentile is 0. Two histograms of 40,000 page views of
# 100 ms have a p75 of 100 each, and merged 0, of 80,000. With 32 bits, the default, with 64 and "packed" it is 100
# (hdr-histogram-js 3.0.1).
# Exits with 1 when the merged histogram has the percentile of both, or raises an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts hdr-histogram-js@3.0.1
cat >check.cjs <<'SCRIPT'
const { build } = require("hdr-histogram-js");

const histogramOf = (bitBucketSize) => {
  const histogram = build({ bitBucketSize });
  for (let i = 0; i < 40_000; i += 1) histogram.recordValue(100);
  return histogram;
};
const percentiles = [16, 32, 64, "packed"].map((bits) => {
  const [first, second] = [histogramOf(bits), histogramOf(bits)];
  const before = first.getValueAtPercentile(75);
  first.add(second);
  const merged = first.getValueAtPercentile(75);
  console.log(`bitBucketSize ${bits}: p75 ${before} and ${second.getValueAtPercentile(75)}, merged ${merged} of ${first.totalCount}`);
  return merged;
});
console.log("hdr-histogram-js", require("hdr-histogram-js/package.json").version);
process.exit(percentiles.join() === "0,100,100,100" ? 0 : 1);
SCRIPT
node check.cjs
