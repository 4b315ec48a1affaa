#!/usr/bin/env bash
# Vercel's Speed Insights (and its Analytics) derives the name of a route in Remix, Next.js and Vue from its parameters: it
# searches the path for each value, and writes the parameter's name at the first segment that is equal. So an article whose
# slug is the word before it moves the name: /blog/blog of the route /blog/[slug] is reported as /[slug]/blog. And the
# parameters of Remix are decoded, where the path is not: a tag "page speed" is found nowhere, and each such address is a
# route of its own (@vercel/speed-insights 2.0.0).
# Exits with 1 when such a path has the name of its route.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts \
  @vercel/speed-insights@2.0.0 @remix-run/router@1.23.2
cat >check.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { computeRoute } from "@vercel/speed-insights";
import { matchRoutes } from "@remix-run/router";

const { version } = JSON.parse(readFileSync("node_modules/@vercel/speed-insights/package.json", "utf8"));
console.log("@vercel/speed-insights", version);
/** The name that Speed Insights gives to an address, with the path and the parameters that Remix has for it. */
function nameOf(template, address) {
  const { pathname } = new URL(address, "https://shop.example");
  const [{ params }] = matchRoutes([{ path: template }], pathname);
  const name = computeRoute(pathname, params);
  console.log(`${template}: ${pathname} ${JSON.stringify(params)} is named ${name}`);
  return name;
}
const plain = nameOf("/blog/:slug", "/blog/hello");
const repeated = nameOf("/blog/:slug", "/blog/blog");
const spaced = nameOf("/tags/:tag", "/tags/page speed");
process.exit(plain === "/blog/[slug]" && repeated === "/[slug]/blog" && spaced === "/tags/page%20speed" ? 0 : 1);
SCRIPT
node check.mjs
