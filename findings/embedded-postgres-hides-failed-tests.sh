#!/usr/bin/env bash
# To import embedded-postgres changes the exit code of the process: its hook ends it with 0 once it has nothing more to do,
# whatever `process.exitCode` is, and even if no server was started. Vitest reports a failed test in that property. So a run
# whose global set-up imports it ends with 0 although tests failed, and CI is green. `process.exit(code)` is not affected.
# Exits with 1 when the process ends with the code of its failure.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts vitest@4.1.12 embedded-postgres@17.10.0-beta.17
echo 'import { expect, it } from "vitest"; it("adds", () => expect(1 + 1).toBe(3));' >sum.test.mjs
echo 'import "embedded-postgres"; export default () => {};' >with.mjs
echo 'export default () => {};' >without.mjs
codeOf() {
  local code=0
  "$@" >output.txt 2>&1 || code=$?
  echo "$code"
}
for setup in with without; do
  echo "export default { test: { include: ['sum.test.mjs'], globalSetup: './$setup.mjs' } };" >vitest.config.mjs
  declare "vitest_$setup=$(codeOf npx vitest run)"
  grep -q "1 failed" output.txt
done
echo 'import "embedded-postgres"; process.exitCode = 3;' >plain.mjs
echo 'import "embedded-postgres"; process.exit(3);' >explicit.mjs
plain=$(codeOf node plain.mjs)
explicit=$(codeOf node explicit.mjs)
echo "embedded-postgres $(node -p 'require("./node_modules/embedded-postgres/package.json").version')"
echo "vitest with one failed test: exit code $vitest_without, with the import $vitest_with"
echo "with the import: process.exitCode = 3 ends with $plain, process.exit(3) with $explicit"
[[ "$vitest_without" == 1 && "$vitest_with" == 0 && "$plain" == 0 && "$explicit" == 3 ]]
