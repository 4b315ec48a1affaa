#!/usr/bin/env bash
# Grafana's transformations calculate with JavaScript's operators, for which null is 0. So where one of two series has no
# value, a calculation of both has one: this week less a missing last week is all of this week, the ratio of errors to
# missing page views is Infinity, and that of missing errors 0. "Filter data by values" keeps a missing LCP as lower than
# 2500, and also as at least 0. The mean of a row in the same transformation, and mean and minimum in panels, leave
# missing values out (@grafana/data 13.2.3).
# Exits with 1 when a missing value gives a missing result, or passes no filter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @grafana/data@13.2.3 react@18.3.1 rxjs@7.8.2
cat >check.cjs <<'SCRIPT'
const { readFileSync } = require("node:fs");
const { lastValueFrom, of } = require("rxjs");
const { FieldType, reduceField, standardTransformers, toDataFrame } = require("@grafana/data");

const column = (name, values) => ({ name, type: FieldType.number, config: {}, values });
const frameOf = (...fields) =>
  toDataFrame({ fields: [{ name: "time", type: FieldType.time, values: fields[0].values.map((_, i) => i) }, ...fields] });
/** The last column of a frame after a transformation. */
async function transform(transformer, options, frame) {
  const operator = transformer.operator(options, { interpolate: (text) => text });
  const [{ fields }] = await lastValueFrom(of([frame]).pipe(operator));
  return fields.at(-1).values;
}
const { calculateFieldTransformer, filterByValueTransformer } = standardTransformers;
const calculate = (options) => {
  const frame = frameOf(column("a", [1200, null]), column("b", [null, 1000]));
  return transform(calculateFieldTransformer, options, frame);
};
const binary = (operator) => calculate({ mode: "binary", binary: { left: "a", operator, right: "b" } });
const filter = (id, options) =>
  transform(
    filterByValueTransformer,
    { type: "include", match: "all", filters: [{ fieldName: "lcp", config: { id, options } }] },
    frameOf(column("lcp", [1200, null, 9000])),
  );
(async () => {
  console.log("@grafana/data", JSON.parse(readFileSync("node_modules/@grafana/data/package.json", "utf8")).version);
  const results = {
    "1200 - null, null - 1000": await binary("-"),
    "1200 / null, null / 1000": await binary("/"),
    "lower than 2500": await filter("lower", { value: 2500 }),
    "at least 0": await filter("greaterOrEqual", { value: 0 }),
    "mean of the row": await calculate({ mode: "reduceRow", reduce: { reducer: "mean" } }),
    "mean and minimum of a panel": Object.values(
      (({ mean, min }) => ({ mean, min }))(reduceField({ field: column("lcp", [1200, null]), reducers: ["mean", "min"] })),
    ),
  };
  for (const [name, values] of Object.entries(results)) console.log(`${name}:`, values.map(String).join(", "));
  const seen = Object.values(results).map((values) => values.map(String).join());
  const EXPECTED = ["1200,-1000", "Infinity,0", "1200,null", "1200,null,9000", "1200,1000", "1200,1200"];
  process.exit(seen.every((text, i) => text === EXPECTED[i]) ? 0 : 1);
})();
SCRIPT
node check.cjs
