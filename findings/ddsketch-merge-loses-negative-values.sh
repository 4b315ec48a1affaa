#!/usr/bin/env bash
# Datadog's DDSketch accepts negative values, and documents that merged sketches keep its accuracy. `merge()` adds the other
# sketch's count, sum, minimum and zeros, and leaves out its store of negative values. The quantiles of the merged sketch are
# then too high: of 200 changes between two releases, from -200 to -1 ms, the median is -1 instead of -100, and the 75th
# percentile 0, which no value is. Count, sum, minimum and maximum are right, and so are sketches of positive values
# (@datadog/sketches-js 2.1.1).
# Exits with 1 when merged sketches have the quantiles of one sketch of all values.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @datadog/sketches-js@2.1.1
cat >check.cjs <<'SCRIPT'
const { DDSketch } = require("@datadog/sketches-js");

const QUANTILES = [0.25, 0.5, 0.75, 0.9];
const sketchOf = (values) => {
  const sketch = new DDSketch({ relativeAccuracy: 0.01 });
  for (const value of values) sketch.accept(value);
  return sketch;
};
/** Quantiles of all values in one sketch, and in two that are merged. */
function compare(name, sign) {
  const values = Array.from({ length: 200 }, (_, i) => sign * (i + 1));
  const one = sketchOf(values);
  const merged = sketchOf(values.slice(0, 100));
  merged.merge(sketchOf(values.slice(100)));
  const [expected, actual] = [one, merged].map((s) => QUANTILES.map((q) => Math.round(s.getValueAtQuantile(q))));
  console.log(`${name}: ${QUANTILES.join(", ")} are ${expected.join(", ")} in one sketch, ${actual.join(", ")} merged`);
  console.log(`  of ${merged.count} values from ${merged.min} to ${merged.max}`);
  return { expected, actual };
}
const positive = compare("1 to 200", 1);
const negative = compare("-200 to -1", -1);
console.log("@datadog/sketches-js", require("@datadog/sketches-js/package.json").version);
const isRight = positive.expected.join() === positive.actual.join();
process.exit(isRight && negative.expected.at(-1) < -15 && Math.abs(negative.actual.at(-1)) === 0 ? 0 : 1);
SCRIPT
node check.cjs
