#!/usr/bin/env bash
# Grafana's transformation "Join by field" has the mode "Outer (tabular)", for fields whose values repeat. It remembers the
# matched keys as they are, and looks for unmatched ones among the names of an object's properties, which are texts. So
# with a field of numbers or of times, every row of the second table is appended again as an unmatched one: twice as many
# rows, and the sum of its column is twice as large. With texts it is right, and so are the modes "Inner" and "Outer (time
# series)" (@grafana/data 13.2.3).
# Exits with 1 when times and numbers are joined as texts are.
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

const table = (type, keys, name, values) =>
  toDataFrame({
    refId: name,
    fields: [
      { name: "key", type, values: keys },
      { name, type: FieldType.number, values },
    ],
  });
/** The rows and the sum of page views of a join of LCP (first table) and page views (second) with the same keys. */
async function join(mode, type, keys) {
  const frames = [table(type, keys, "lcp", [1200, 2400, 3600]), table(type, keys, "views", [10, 20, 30])];
  const operator = standardTransformers.joinByFieldTransformer.operator(
    { byField: "key", mode },
    { interpolate: (text) => text },
  );
  const [frame] = await lastValueFrom(of(frames).pipe(operator));
  const views = frame.fields.find(({ name }) => name === "views").values;
  const sum = views.reduce((all, value) => all + (value ?? 0), 0);
  console.log(`${mode}, ${type}: ${frame.length} rows, ${sum} views`, JSON.stringify(frame.fields.map(({ values }) => values)));
  return `${frame.length} rows, ${sum} views`;
}
const TIMES = [0, 1, 2].map((hour) => Date.UTC(2026, 0, 1, hour));
(async () => {
  console.log("@grafana/data", JSON.parse(readFileSync("node_modules/@grafana/data/package.json", "utf8")).version);
  const right = [
    await join("outerTabular", FieldType.string, ["/a", "/b", "/c"]),
    await join("outer", FieldType.time, TIMES),
    await join("inner", FieldType.time, TIMES),
  ];
  const repeated = [
    await join("outerTabular", FieldType.time, TIMES),
    await join("outerTabular", FieldType.number, [200, 404, 500]),
  ];
  const isUnchanged =
    right.every((one) => one === "3 rows, 60 views") && repeated.every((one) => one === "6 rows, 120 views");
  process.exit(isUnchanged ? 0 : 1);
})();
SCRIPT
node check.cjs
