#!/usr/bin/env bash
# OpenTelemetry's Koa instrumentation marks a handler function once it has wrapped it, and registers a marked function
# unwrapped. So of several routes that share one handler, only the first has a span and `http.route`: the server's spans
# of all others are named `GET` and hold no route. Handlers wrapped by a new function for each route are not affected.
# Exits with 1 when the second route has its route too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts koa@3.3.0 @koa/router@15.7.0 @opentelemetry/api@1.10.0 \
  @opentelemetry/sdk-node@0.300.0 @opentelemetry/instrumentation-http@0.300.0 @opentelemetry/instrumentation-koa@0.72.0
cat >check.cjs <<'EOF'
const { NodeSDK } = require("@opentelemetry/sdk-node");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { KoaInstrumentation } = require("@opentelemetry/instrumentation-koa");
let finished = [];
const recorder = {
  onStart() {},
  onEnd: (span) => finished.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};
new NodeSDK({
  autoDetectResources: false,
  spanProcessors: [recorder],
  instrumentations: [new HttpInstrumentation(), new KoaInstrumentation()],
}).start();
const http = require("node:http");
const Koa = require("koa");
const { Router } = require("@koa/router");
const page = (ctx) => {
  ctx.body = "page";
};
const router = new Router()
  .get("/first/:id", page)
  .get("/second/:id", page)
  .get("/third/:id", (ctx) => page(ctx));
const server = new Koa().use(router.routes()).listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  const routes = {};
  for (const path of ["/first/1", "/second/1", "/third/1"]) {
    finished = [];
    await new Promise((done) =>
      http.get({ host: "127.0.0.1", port, path, agent: false }, (response) => response.resume().on("end", done)),
    );
    const spanOf = () => finished.find(({ kind }) => kind === 1);
    while (spanOf() === undefined) await new Promise((done) => setTimeout(done, 20));
    routes[path] = spanOf().attributes["http.route"] ?? null;
    console.log(path, JSON.stringify(spanOf().name), "http.route:", routes[path]);
  }
  for (const name of ["koa", "instrumentation-koa"]) {
    const folder = name === "koa" ? name : `@opentelemetry/${name}`;
    console.log(name, JSON.parse(require("node:fs").readFileSync(`node_modules/${folder}/package.json`)).version);
  }
  const unchanged =
    routes["/first/1"] === "/first/:id" && routes["/second/1"] === null && routes["/third/1"] === "/third/:id";
  process.exit(unchanged ? 0 : 1);
});
EOF
node check.cjs
