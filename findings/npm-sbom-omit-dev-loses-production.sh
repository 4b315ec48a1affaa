#!/usr/bin/env bash
# `npm sbom --omit=dev` leaves out a package of production that a package of development depends on, too: here all of
# them. `npm ls --omit=dev` lists them, and the lock file does not mark them as `dev`. A bill of materials made with the
# documented option is incomplete, without a warning (npm 11.19.1).
# Exits with 1 when the bill has them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir npm app
(cd npm && npm init -y >/dev/null && npm install --silent --no-audit --no-fund --ignore-scripts npm@11.19.1)
npm() { node "$folder/npm/node_modules/npm/bin/npm-cli.js" "$@"; }
cd app
echo '{"name":"app","version":"1.0.0","dependencies":{"debug":"4.4.3"},"devDependencies":{"finalhandler":"2.1.0"}}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts
echo "npm $(npm --version)"
npm ls --omit=dev --all
names() { node -e 'let t="";process.stdin.on("data",(d)=>t+=d).on("end",()=>console.log(JSON.parse(t).components.map((c)=>c.name).join(" ")||"nothing"))'; }
all=$(npm sbom --sbom-format=cyclonedx --package-lock-only | names)
production=$(npm sbom --sbom-format=cyclonedx --package-lock-only --omit=dev | names)
echo "sbom: $all"
echo "sbom --omit=dev: $production"
[[ "$all" == *debug* && "$production" == nothing ]]
