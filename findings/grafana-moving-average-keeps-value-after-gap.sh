#!/usr/bin/env bash
# Grafana's transformation "Add field from calculation" has a moving average. With the trailing window, it subtracts the
# value that leaves the window only where the current value is present. So a value that leaves at a gap stays in all later
# averages, and so does its count: after one spike and one missing point, the average of a constant series stays wrong to
# the end of the panel. The centred window over the same values is right (@grafana/data 13.2.3). A leading gap is 0.
# Exits with 1 when the last windows, which contain neither the spike nor the gap, have the average of their values.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @grafana/data@13.2.3 react@18.3.1 rxjs@7.8.2
cat >check.cjs <<'SCRIPT'
const { readFileSync } = require("node:fs");
const { lastValueFrom, of } = require("rxjs");
const { FieldType, standardTransformers, toDataFrame } = require("@grafana/data");

/** The moving averages of three points, as a panel's transformation adds them to its data frame. */
async function averages(values, windowAlignment) {
  const frame = toDataFrame({
    fields: [
      { name: "time", type: FieldType.time, values: values.map((_, i) => i * 60_000) },
      { name: "lcp", type: FieldType.number, values },
    ],
  });
  const window = { field: "lcp", reducer: "mean", windowAlignment, windowSizeMode: "fixed", windowSize: 3 };
  const operator = standardTransformers.calculateFieldTransformer.operator(
    { mode: "windowFunctions", window },
    { interpolate: (text) => text },
  );
  const [{ fields }] = await lastValueFrom(of([frame]).pipe(operator));
  return fields.at(-1).values.map(Math.round);
}
const SPIKE = [1000, 1000, 9000, 1000, 1000, null, 1000, 1000, 1000, 1000, 1000, 1000];
const WITHOUT_GAP = SPIKE.map((value) => value ?? 1000);
(async () => {
  const { version } = JSON.parse(readFileSync("node_modules/@grafana/data/package.json", "utf8"));
  console.log("@grafana/data", version, "LCP:", JSON.stringify(SPIKE));
  const trailing = await averages(SPIKE, "trailing");
  const centered = await averages(SPIKE, "centered");
  const complete = await averages(WITHOUT_GAP, "trailing");
  const leading = await averages([null, 1000, 1000], "trailing");
  console.log("trailing:", JSON.stringify(trailing));
  console.log("centered:", JSON.stringify(centered));
  console.log("trailing, without the gap:", JSON.stringify(complete));
  console.log("trailing, of [null,1000,1000]:", JSON.stringify(leading));
  const last = (list) => list.slice(-4).join();
  const right = "1000,1000,1000,1000";
  const isUnchanged = last(trailing) === "3000,3000,3000,3000" && last(centered) === right && last(complete) === right;
  process.exit(isUnchanged && leading[0] === 0 ? 0 : 1);
})();
SCRIPT
node check.cjs
