import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../platform/project-root";

/** The built browser script, as it is served. */
export type TrackerAsset = {
  script: string;
  /** Names this content: `/vitals/<hash>.js` never changes. */
  hash: string;
  /** For an `integrity` attribute. */
  integrity: string;
};

/** A year, the longest that caches honour. */
const PINNED = "public, max-age=31536000, immutable";

/** An hour; for another day caches may serve the old script while they fetch the new one. */
const CURRENT = "public, max-age=3600, stale-while-revalidate=86400";

/**
 * Reads the script and its manifest from a project's `build/tracker`.
 * @throws Error when it was not built, or the manifest is of another build
 */
export function readTrackerAsset(root: string): TrackerAsset {
  const folder = join(root, "build", "tracker");
  const script = readFileSync(join(folder, "vitals.js"), "utf8");
  const { hash, integrity } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Record<
    string,
    unknown
  >;
  if (typeof hash !== "string" || typeof integrity !== "string") {
    throw new Error(`${join(folder, "manifest.json")} names no hash; run "npm start", which builds it.`);
  }
  return { script, hash, integrity };
}

let cached: TrackerAsset | null = null;

/** The browser script of this installation; read once a process. */
export function trackerAsset(): TrackerAsset {
  cached ??= readTrackerAsset(projectRoot());
  return cached;
}

const ANY_SITE_MAY_LOAD_IT = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Timing-Allow-Origin": "*",
  "X-Content-Type-Options": "nosniff",
};

function matches(ifNoneMatch: string | null, etag: string): boolean {
  const weak = (tag: string) => tag.trim().replace(/^W\//, "");
  return ifNoneMatch?.split(",").some((tag) => tag.trim() === "*" || weak(tag) === weak(etag)) ?? false;
}

/**
 * The response to a `GET` or `HEAD` of the script.
 * @param file `<hash>.js` where the URL pins a version, else null. A hash that is not the current one gets the current
 *   script with a short lifetime, so that a site that pins an older version is still measured after an upgrade.
 */
export function trackerResponse(request: Request, asset: TrackerAsset, file: string | null): Response {
  // Weak, because a proxy may compress the bytes.
  const etag = `W/"${asset.hash}"`;
  const headers = {
    ...ANY_SITE_MAY_LOAD_IT,
    "Cache-Control": file === `${asset.hash}.js` ? PINNED : CURRENT,
    ETag: etag,
  };
  if (matches(request.headers.get("If-None-Match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(request.method === "HEAD" ? null : asset.script, {
    headers: { ...headers, "Content-Type": "text/javascript; charset=utf-8" },
  });
}
