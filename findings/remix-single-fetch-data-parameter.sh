#!/usr/bin/env bash
# Remix 2 with single fetch (v3_singleFetch) lets a loader return null, or an object without `json()`. A URL with the
# parameter `_data`, which Remix's own links carried before single fetch, still takes the old way through the server:
# there the same page answers 500 for null, and 200 with an empty body for an object. The parameter is the framework's,
# though no page sends it any more.
# Exits with 1 when `_data` no longer changes the answers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts react@18.3.1 react-dom@18.3.1 @remix-run/node@2.17.5
cat >check.cjs <<'SCRIPT'
const { readFileSync } = require("node:fs");
const { createRequestHandler, installGlobals } = require("@remix-run/node");
installGlobals({ nativeFetch: true });
console.error = () => {};

const page = (loader) => ({ loader, default: () => null });
const handle = createRequestHandler(
  {
    mode: "production",
    entry: { module: { default: () => new Response("page") } },
    routes: {
      empty: { id: "empty", path: "empty", module: page(() => null) },
      data: { id: "data", path: "data", module: page(() => ({ n: 1 })) },
    },
    assets: { version: "1", url: "", entry: { module: "", imports: [] }, routes: {} },
    assetsBuildDirectory: "public/build",
    publicPath: "/build/",
    future: { v3_singleFetch: true },
    isSpaMode: false,
  },
  "production",
);
(async () => {
  const seen = {};
  for (const path of ["/empty", "/empty?_data=empty", "/data", "/data?_data=data"]) {
    const response = await handle(new Request(`http://127.0.0.1${path}`));
    seen[path] = `${response.status} ${(await response.text()).slice(0, 60)}`;
    console.log(path, seen[path]);
  }
  console.log("@remix-run/node", JSON.parse(readFileSync("node_modules/@remix-run/node/package.json")).version);
  const asPages = seen["/empty"] === "200 page" && seen["/data"] === "200 page";
  const asBefore = seen["/empty?_data=empty"].startsWith("500 ") && seen["/data?_data=data"] === "200 ";
  process.exit(asPages && asBefore ? 0 : 1);
})();
SCRIPT
node check.cjs
