#!/usr/bin/env bash
# Remix's adapter for Express appends the headers of a route's response to those that the response has already. A header
# that a middleware sets as a default, and a route sets for itself, is sent twice, where Express' own handlers would
# replace the first value. Browsers enforce both of two Content-Security-Policy headers, and join the values of others.
# Exits with 1 when the route's value is the only one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts express@4.22.3 react@18.3.1 react-dom@18.3.1 \
  @remix-run/node@2.17.5 @remix-run/express@2.17.5
cat >check.cjs <<'SCRIPT'
const http = require("node:http");
const { readFileSync } = require("node:fs");
const express = require("express");
const { createRequestHandler } = require("@remix-run/express");
require("@remix-run/node").installGlobals({ nativeFetch: true });

const OWN = { "Referrer-Policy": "no-referrer", "Content-Security-Policy": "default-src 'self'" };
const build = {
  mode: "production",
  entry: { module: { default: () => new Response("page") } },
  routes: {
    own: { id: "own", path: "own", module: { loader: () => new Response("text", { headers: OWN }) } },
  },
  assets: { version: "1", url: "", entry: { module: "", imports: [] }, routes: {} },
  assetsBuildDirectory: "public/build",
  publicPath: "/build/",
  future: { v3_singleFetch: true },
  isSpaMode: false,
};
const app = express()
  .use((_, response, next) => {
    response.set({ "Referrer-Policy": "same-origin", "Content-Security-Policy": "default-src 'none'" });
    next();
  })
  .get("/express", (_, response) => response.set(OWN).send("text"))
  .all("*", createRequestHandler({ build, mode: "production" }));

const valuesOf = (rawHeaders, name) =>
  rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1].toLowerCase() === name);

const server = app.listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  const seen = {};
  for (const path of ["/express", "/own"]) {
    const { rawHeaders } = await new Promise((resolve) =>
      http.get({ host: "127.0.0.1", port, path, agent: false }, (response) => resolve(response.resume())),
    );
    seen[path] = ["referrer-policy", "content-security-policy"].map((name) => valuesOf(rawHeaders, name));
    console.log(path, JSON.stringify(seen[path]));
  }
  for (const name of ["@remix-run/express", "express"]) {
    console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
  const isOnce = (values) => values.length === 1;
  const isTwice = (values) => values.length === 2;
  process.exit(seen["/express"].every(isOnce) && seen["/own"].every(isTwice) ? 0 : 1);
});
SCRIPT
node check.cjs
