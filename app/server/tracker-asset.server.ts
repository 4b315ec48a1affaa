import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { env } from "../platform/env.server";
import { projectRoot } from "../platform/project-root";
import { BEACON_PATH, SCRIPT_PATH, SCRIPT_PATH_HEADER } from "./tracker-paths.mjs";

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

/** The folder of `/vitals/<hash>.js`. */
const PINNED_FOLDER = "/vitals/";

/**
 * The URL of the endpoint relative to the script's, so that it holds below any base path.
 * @param script path of the script, or its folder with a slash at the end
 * @param beacon path of the endpoint
 * @returns empty where the script's own rule leads there
 */
export function endpointReference(script: string, beacon: string): string {
  if (beacon === BEACON_PATH && (script === SCRIPT_PATH || script === PINNED_FOLDER)) return "";
  const folder = script.slice(0, script.lastIndexOf("/") + 1);
  return posix.join(posix.relative(folder, posix.dirname(beacon)), posix.basename(beacon));
}

/** The argument of the built script. */
const ARGUMENT = /\(""\);\s*$/;

/**
 * The script that posts to another endpoint than `readings` beside it.
 * @param reference as `endpointReference` returns it
 * @throws Error for a script of another build, which has no argument
 */
export function withEndpoint(asset: TrackerAsset, reference: string): TrackerAsset {
  if (reference === "") return asset;
  if (!ARGUMENT.test(asset.script)) throw new Error('The browser script is outdated; run "npm run build".');
  const script = asset.script.replace(ARGUMENT, () => `(${JSON.stringify(reference)});`);
  const digest = (algorithm: string) => createHash(algorithm).update(script);
  return {
    script,
    hash: digest("sha256").digest("hex").slice(0, 16),
    integrity: `sha384-${digest("sha384").digest("base64")}`,
  };
}

/** By the reference of the endpoint: at most one for each path of the script. */
const cached = new Map<string, TrackerAsset>();

/** The browser script of this installation, for a path of it; read once a process. */
function trackerAssetAt(script: string): TrackerAsset {
  const reference = endpointReference(script, env().BEACON_PATH);
  const asset = cached.get(reference) ?? withEndpoint(readTrackerAsset(projectRoot()), reference);
  cached.set(reference, asset);
  return asset;
}

/** The browser script for `/vitals/<hash>.js`. */
export const pinnedTrackerAsset = (): TrackerAsset => trackerAssetAt(PINNED_FOLDER);

/** The browser script for the path that was requested: `/vitals.js` or SCRIPT_PATH. */
export const trackerAssetOf = (request: Request): TrackerAsset =>
  trackerAssetAt(
    request.headers.get(SCRIPT_PATH_HEADER) === env().SCRIPT_PATH ? env().SCRIPT_PATH : SCRIPT_PATH,
  );

/** The script of the cockpit's own pages. The query keeps caches from an older script, which `integrity` rejects. */
export function ownTracker(): { src: string; integrity: string } {
  const path = env().SCRIPT_PATH;
  const isDocumented = path === SCRIPT_PATH;
  const { hash, integrity } = isDocumented ? pinnedTrackerAsset() : trackerAssetAt(path);
  return { src: isDocumented ? `${PINNED_FOLDER}${hash}.js` : `${path}?v=${hash}`, integrity };
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
