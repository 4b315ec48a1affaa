import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../../app/platform/project-root";
import { loader } from "../../../app/routes/vitals.$file";
import {
  endpointReference,
  readTrackerAsset,
  type TrackerAsset,
  trackerResponse,
  withEndpoint,
} from "../../../app/server/tracker-asset.server";

const ASSET: TrackerAsset = { script: "measure()", hash: "0123456789abcdef", integrity: "sha384-x" };

const get = (file: string | null, init: RequestInit = {}) =>
  trackerResponse(new Request("https://vitals.example/vitals.js", init), ASSET, file);

describe("trackerResponse", () => {
  it("allows every origin to load the script", async () => {
    const response = get(null);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("measure()");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
      "timing-allow-origin": "*",
      "x-content-type-options": "nosniff",
    });
  });

  it("caches the script's own hash for a year, other names for an hour", () => {
    expect(get("0123456789abcdef.js").headers.get("cache-control")).toBe(
      "public, max-age=31536000, immutable",
    );
    for (const file of [null, "fedcba9876543210.js", "latest.js"]) {
      const response = get(file);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe(
        "public, max-age=3600, stale-while-revalidate=86400",
      );
    }
  });

  it.each([
    'W/"0123456789abcdef"',
    '"0123456789abcdef"',
    '"other", W/"0123456789abcdef"',
    "*",
  ])("answers 304 for If-None-Match: %s", async (tag) => {
    const response = get(null, { headers: { "If-None-Match": tag } });
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe('W/"0123456789abcdef"');
    expect(response.headers.get("cache-control")).toContain("max-age=3600");
    expect(await response.text()).toBe("");
  });

  it("answers 200 for another tag", () => {
    expect(get(null, { headers: { "If-None-Match": '"other"' } }).status).toBe(200);
  });

  it("returns no body for HEAD", async () => {
    const response = get(null, { method: "HEAD" });
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(await response.text()).toBe("");
  });
});

describe("endpointReference", () => {
  it.each([
    ["/vitals.js", "/readings", ""],
    ["/vitals/", "/readings", ""],
    ["/vitals.js", "/in", "in"],
    ["/vitals/", "/in", "../in"],
    ["/m.js", "/readings", "readings"],
    ["/a/b/m.js", "/in", "../../in"],
    ["/a/m.js", "/a/in", "in"],
    ["/a/m.js", "/a", "../a"],
    ["/a", "/a/in", "a/in"],
  ])("leads from %s to %s by %j, below any base path", (script, beacon, reference) => {
    expect(endpointReference(script, beacon)).toBe(reference);
    for (const base of reference === "" ? [] : ["https://vitals.example", "https://shop.example/base/path"]) {
      expect(new URL(reference, base + script).href).toBe(base + beacon);
    }
  });
});

describe("withEndpoint", () => {
  const built = { ...ASSET, script: '(ENDPOINT=>{send("")})("");' };

  it("writes the endpoint into the argument, and names the new content", () => {
    const { script, hash, integrity } = withEndpoint(built, "../in");
    expect(script).toBe('(ENDPOINT=>{send("")})("../in");');
    const digest = (algorithm: string) => createHash(algorithm).update(script);
    expect(hash).toBe(digest("sha256").digest("hex").slice(0, 16));
    expect(integrity).toBe(`sha384-${digest("sha384").digest("base64")}`);
  });

  it("returns the script unchanged without a reference", () => {
    expect(withEndpoint(built, "")).toBe(built);
  });

  it("rejects a script without the argument", () => {
    expect(() => withEndpoint(ASSET, "in")).toThrow("npm run build");
  });
});

describe("/vitals/:file", () => {
  it.each(["", "vitals.js.map", "..", "a/b.js", "x.css"])("answers 404 for %j", async (file) => {
    const request = new Request("https://vitals.example/vitals/x");
    const response = await loader({ request, params: { file }, context: {} });
    expect(response.status).toBe(404);
  });
});

describe("projectRoot and readTrackerAsset", () => {
  let root = "";

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "vitals-root-"));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("find the project's folder from any depth", () => {
    writeFileSync(join(root, "package.json"), '{"name":"vitals-cockpit"}');
    const deep = join(root, "build", "deeper");
    mkdirSync(deep, { recursive: true });
    // Not every package.json on the way is the project's.
    writeFileSync(join(deep, "package.json"), '{"type":"module"}');
    writeFileSync(join(root, "build", "package.json"), "not JSON");
    expect(projectRoot(pathToFileURL(join(deep, "index.js")).href)).toBe(root);
    expect(projectRoot(pathToFileURL(join(root, "index.js")).href)).toBe(root);
  });

  it("throw with the searched folder outside of a project", () => {
    const from = pathToFileURL(join(root, "index.js")).href;
    expect(() => projectRoot(from)).toThrow(`at or above ${root}`);
  });

  it("read the built script and its manifest", () => {
    const folder = join(root, "build", "tracker");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "vitals.js"), ASSET.script);
    expect(() => readTrackerAsset(root)).toThrow("manifest.json");
    writeFileSync(join(folder, "manifest.json"), "{}");
    expect(() => readTrackerAsset(root)).toThrow("npm start");
    writeFileSync(
      join(folder, "manifest.json"),
      JSON.stringify({ hash: ASSET.hash, integrity: ASSET.integrity, bytes: 9 }),
    );
    expect(readTrackerAsset(root)).toEqual(ASSET);
  });
});
