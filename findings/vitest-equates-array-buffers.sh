#!/usr/bin/env bash
# Vitest's `toEqual` and `toHaveBeenCalledWith` find any two ArrayBuffers equal, of other bytes and of another length: they
# compare enumerable properties, and there are none. `expect(await response.arrayBuffer()).toEqual(bytes)` can't fail. An
# ArrayBuffer within an object is the same. Typed arrays, and `toStrictEqual`, are compared by their bytes.
# Exits with 1 when one of them tells such buffers apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts vitest@4.1.12
cat >check.test.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";

const bytes = (...values) => new Uint8Array(values).buffer;
const send = vi.fn();
send(bytes(1, 2, 3));
const COMPARISONS = {
  "toEqual, other bytes": () => expect(bytes(1, 2, 3)).toEqual(bytes(1, 2, 4)),
  "toEqual, another length": () => expect(bytes(1, 2, 3)).toEqual(bytes()),
  "toEqual, in an object": () => expect({ body: bytes(1, 2, 3) }).toEqual({ body: bytes(9) }),
  "toHaveBeenCalledWith": () => expect(send).toHaveBeenCalledWith(bytes(9)),
  "toStrictEqual": () => expect(bytes(1, 2, 3)).toStrictEqual(bytes(1, 2, 4)),
  "toEqual of typed arrays": () => expect(new Uint8Array([1, 2, 3])).toEqual(new Uint8Array([1, 2, 4])),
};
it("finds other buffers equal", () => {
  const found = Object.entries(COMPARISONS).map(([name, compare]) => {
    try {
      compare();
    } catch {
      return `${name}: differ`;
    }
    return `${name}: equal`;
  });
  const { version } = JSON.parse(readFileSync("node_modules/vitest/package.json", "utf8"));
  process.stdout.write(`vitest ${version}\n${found.join("\n")}\n`);
  expect(found.map((line) => line.split(": ")[1]).join()).toBe("equal,equal,equal,equal,differ,differ");
});
SCRIPT
NO_COLOR=1 npx vitest run
