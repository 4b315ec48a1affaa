#!/usr/bin/env bash
# error-stack-parser, which stacktrace.js and others use, removes the parentheses from the address of a frame, also those
# that belong to it. Remix's optional segments and Next.js' route groups put them in file names: a frame of
# `($lang)._index.js` is reported in `$lang._index.js`, which does not exist, so that neither the file nor its source map is
# found. Line and column are right, there is no error, and stacktrace-parser keeps the name (error-stack-parser 3.0.0).
# Exits with 1 when the frame has the name of its file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts error-stack-parser@3.0.0 stacktrace-parser@0.1.11
mkdir -p routes
for name in '($lang)._index' '_index'; do
  printf 'export function loader() {\n  throw new Error("no language");\n}\n' >"routes/$name.mjs"
done
cat >check.mjs <<'SCRIPT'
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import module from "error-stack-parser";
import { parse } from "stacktrace-parser";

for (const name of ["error-stack-parser", "stacktrace-parser"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
}
const names = [];
for (const file of ["($lang)._index.mjs", "_index.mjs"]) {
  const { loader } = await import(`./routes/${file}`);
  try {
    loader();
  } catch (error) {
    const [frame] = module.default.parse(error);
    const [other] = parse(error.stack);
    const exists = existsSync(fileURLToPath(frame.fileName));
    names.push([file, basename(frame.fileName), basename(other.file), exists]);
    console.log(`${file}: error-stack-parser has ${names.at(-1)[1]}:${frame.lineNumber}, which exists: ${exists}`);
    console.log(`  stacktrace-parser has ${names.at(-1)[2]}:${other.lineNumber}`);
  }
}
const [optional, plain] = names.map((row) => row.join(" "));
const isStripped = optional === "($lang)._index.mjs $lang._index.mjs ($lang)._index.mjs false";
process.exit(isStripped && plain === "_index.mjs _index.mjs _index.mjs true" ? 0 : 1);
SCRIPT
node check.mjs
