import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../../app/platform/project-root";
import { withEndpoint } from "../../../app/server/tracker-asset.server";
import { buildTracker } from "../../../app/tracker/build.mjs";

/** What `/vitals.js` may cost a site, in bytes as they travel. */
const LARGEST_GZIP = 8_500;

describe("buildTracker", () => {
  // A copy, so that the build of a running server is left alone.
  const root = mkdtempSync(join(tmpdir(), "vitals-tracker-"));
  let script = Buffer.alloc(0);
  let manifest: unknown;

  beforeAll(async () => {
    cpSync(join(projectRoot(), "app", "tracker"), join(root, "app", "tracker"), { recursive: true });
    symlinkSync(join(projectRoot(), "node_modules"), join(root, "node_modules"), "dir");
    manifest = await buildTracker({ root });
    script = readFileSync(join(root, "build", "tracker", "vitals.js"));
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("describes the script in its manifest", () => {
    const hash = createHash("sha256").update(script).digest("hex").slice(0, 16);
    expect(manifest).toEqual({
      file: `${hash}.js`,
      hash,
      integrity: `sha384-${createHash("sha384").update(script).digest("base64")}`,
      bytes: script.byteLength,
      gzipBytes: gzipSync(script, { level: 9 }).byteLength,
      brotliBytes: brotliCompressSync(script).byteLength,
    });
    expect(JSON.parse(readFileSync(join(root, "build", "tracker", "manifest.json"), "utf8"))).toEqual(
      manifest,
    );
  });

  it("writes at most 8.5 kB compressed with gzip", () => {
    expect(gzipSync(script).byteLength).toBeLessThanOrEqual(LARGEST_GZIP);
  });

  it("ends with the argument that the server replaces", () => {
    expect(
      withEndpoint({ script: script.toString("utf8"), hash: "", integrity: "" }, "../in").script,
    ).toMatch(/^\/\*! .+ \*\/\n\(ENDPOINT=>\{.+\}\)\("\.\.\/in"\);$/s);
  });

  it("writes the same bytes every time", async () => {
    expect(await buildTracker({ root })).toEqual(manifest);
  });

  it("names web-vitals, and uses no storage, eval or console", () => {
    const text = script.toString("utf8");
    const { version } = JSON.parse(
      readFileSync(join(projectRoot(), "node_modules", "web-vitals", "package.json"), "utf8"),
    ) as { version: string };
    expect(text).toContain(`"web-vitals/${version}"`);
    expect(text).not.toMatch(/cookie|localStorage|sessionStorage|indexedDB|eval\(|Function\(|console\./);
  });
});
