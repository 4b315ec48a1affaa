#!/usr/bin/env bash
# Tempo's `nestedSetParent`, with which Traces Drilldown selects root spans by default, is no TraceQL to the grammar of
# Grafana's own editor: it marks the query as an error, and Tempo answers it. `name` and `kind` are known to both.
# Exits with 1 when the grammar knows it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @grafana/lezer-traceql@1.0.0 @lezer/lr@1.4.2
cat >check.cjs <<'SCRIPT'
const { parser } = require("@grafana/lezer-traceql");
const errors = (query) => {
  let count = 0;
  parser.parse(query).iterate({
    enter: ({ type }) => {
      if (type.isError) count += 1;
    },
  });
  return count;
};
console.log("@grafana/lezer-traceql", JSON.parse(require("node:fs").readFileSync("node_modules/@grafana/lezer-traceql/package.json")).version);
const counts = ["{ nestedSetParent < 0 }", "{ nestedSetLeft = 1 }", '{ kind = internal && name = "GET" }'].map((query) => {
  const count = errors(query);
  console.log(`${query}: ${count} syntax errors`);
  return count > 0;
});
process.exit(counts[0] && counts[1] && !counts[2] ? 0 : 1);
SCRIPT
node check.cjs
