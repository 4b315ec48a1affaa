#!/usr/bin/env bash
# Grafana documents its calculation "Delta" as the cumulative change of a value that counts only increments. It leaves out
# the first increment after each decrement, too. A counter that starts anew between any two of its peaks, as that of a
# server that is restarted with each release, has the delta of its first rise, however often it rises: 100 instead of 300
# here. Of 10, 20, 5, 8 the delta is 10, neither 13, the increments, nor 18, those of a counter (@grafana/data 13.2.3).
# https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/calculation-types/
# Exits with 1 when an increment after a decrement counts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @grafana/data@13.2.3 react@18.3.1 rxjs@7.8.2
cat >check.cjs <<'SCRIPT'
const { readFileSync } = require("node:fs");
const { FieldType, reduceField, ReducerID, toDataFrame } = require("@grafana/data");

const { version } = JSON.parse(readFileSync("node_modules/@grafana/data/package.json", "utf8"));
console.log("@grafana/data", version);
const deltas = [
  [0, 50, 100],
  [0, 100, 0, 100, 0, 100],
  [10, 20, 5, 8],
].map((values) => {
  const { fields } = toDataFrame({ fields: [{ name: "views", type: FieldType.number, config: {}, values }] });
  const { delta } = reduceField({ field: fields[0], reducers: [ReducerID.delta] });
  const increments = values.slice(1).reduce((sum, value, i) => sum + Math.max(0, value - values[i]), 0);
  console.log(`${values.join(", ")}: delta ${delta}, increments ${increments}`);
  return delta;
});
process.exit(deltas.join() === "100,100,10" ? 0 : 1);
SCRIPT
node check.cjs
