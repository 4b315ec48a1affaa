#!/usr/bin/env bash
# Astro's compiler defines the global `Astro` only where it sees the component use it, and does not look at the attributes
# of scripts. So `<script is:inline data-route={Astro.routePattern}>` alone compiles without a warning, and every request
# answers 500, `Astro is not defined` (astro 7.3.5). The same attribute of another element is right, and so is a constant
# from the frontmatter.
# Exits with 1 when the attribute of a script counts as a use.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @astrojs/compiler-rs@0.5.1
cat >check.mjs <<'EOF'
import { readFileSync } from "node:fs";
import { transform } from "@astrojs/compiler-rs";
const COMPONENTS = {
  "attribute of an element": "<p data-route={Astro.routePattern}>x</p>",
  "attribute of a script": '<script is:inline src="/a.js" data-route={Astro.routePattern}></script>',
  "constant": '---\nconst route = Astro.routePattern;\n---\n<script is:inline src="/a.js" data-route={route}></script>',
};
const { version } = JSON.parse(readFileSync("node_modules/@astrojs/compiler-rs/package.json", "utf8"));
console.log("@astrojs/compiler-rs", version);
const defined = {};
for (const [name, source] of Object.entries(COMPONENTS)) {
  const { code } = await transform(source, { filename: "/page.astro" });
  defined[name] = /const Astro\b/.test(code);
  console.log(`${name}: uses Astro ${/Astro\.routePattern/.test(code)}, defines it ${defined[name]}`);
}
process.exit(defined["attribute of an element"] && !defined["attribute of a script"] && defined.constant ? 0 : 1);
EOF
node check.mjs
