import { LRUCache } from "lru-cache";
import type { Attribution } from "../vitals/measurement";
import { MAX_VALUE, METRICS, type Metric } from "../vitals/metrics";
import { isCleanText } from "../vitals/text";
import { normaliseRoute } from "./route";

type Kind = "text" | "url" | "duration" | "score";

const LOAD_STATE = { loadState: "text" } as const;

/** Arrival of the headers of a `103 Early Hints` and of the final response, in ms since the activation. */
const RESPONSES = { firstInterimResponseStart: "duration", finalResponseHeadersStart: "duration" } as const;

/** Stored attribution fields of each metric, under the names of web-vitals. */
const FIELDS: Readonly<Record<Metric, Readonly<Record<string, Kind>>>> = {
  LCP: {
    target: "text",
    url: "url",
    timeToFirstByte: "duration",
    resourceLoadDelay: "duration",
    resourceLoadDuration: "duration",
    elementRenderDelay: "duration",
    ...RESPONSES,
  },
  INP: {
    interactionTarget: "text",
    interactionType: "text",
    inputDelay: "duration",
    processingDuration: "duration",
    presentationDelay: "duration",
    longestScriptURL: "url",
    longestScriptSubpart: "text",
    ...LOAD_STATE,
  },
  CLS: {
    largestShiftTarget: "text",
    largestShiftValue: "score",
    largestShiftTime: "duration",
    ...LOAD_STATE,
  },
  FCP: { timeToFirstByte: "duration", firstByteToFCP: "duration", ...LOAD_STATE },
  TTFB: {
    waitingDuration: "duration",
    cacheDuration: "duration",
    dnsDuration: "duration",
    connectionDuration: "duration",
    requestDuration: "duration",
    activationStart: "duration",
    ...RESPONSES,
  },
};

/** The fields of each metric as lists, in the order in which they are stored. */
const LISTS = Object.fromEntries(
  METRICS.map((metric) => [metric, Object.entries(FIELDS[metric])]),
) as unknown as Readonly<Record<Metric, ReadonlyArray<readonly [string, Kind]>>>;

/** Whether an attribution of the metric has a field of this name. */
export const isAttributionField = (metric: Metric, name: string): boolean =>
  Object.hasOwn(FIELDS[metric], name);

/** Longest stored selector or URL, in UTF-16 code units; longer ones are truncated. */
const MAX_TEXT = 512;

const truncate = (text: string): string =>
  text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT).toWellFormed();

/** Removes the parts of a URL that may identify a person: query, fragment, user name and password. */
export function withoutQuery(url: string): string {
  const [path = ""] = url.split(/[?#]/, 1);
  return path.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

/** The name of a script's file, which explains a value and often contains a hash. */
const SCRIPT_FILE = /\/[^/;%]+\.[cm]?js$/i;

/** A site has some hundred images and scripts: at most 2 MB. */
const resourceUrls = new LRUCache<string, string>({ max: 1_000 });

/** `resourceUrl`, truncated; computed once for a URL of common length. */
function storedUrl(url: string): string {
  if (url.length > MAX_TEXT) return truncate(resourceUrl(url));
  const known = resourceUrls.get(url);
  if (known !== undefined) return known;
  const stored = truncate(resourceUrl(url));
  resourceUrls.set(url, stored);
  return stored;
}

/**
 * What is stored of a resource's URL: its path is normalised like a route without rules, because paths of uploads and
 * of inline scripts (whose URL is the page's) hold ids, names and tokens. Of other schemes only the scheme is stored:
 * `data:` holds content, `blob:` and those of extensions an id.
 */
export function resourceUrl(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:)?([\\/]{2}[^\\/]*)?(.*)$/is.exec(withoutQuery(url));
  const [, scheme = "", host = "", path = ""] = parts ?? [];
  if (scheme !== "" && !/^https?:$/i.test(scheme)) return scheme;
  const [file = ""] = SCRIPT_FILE.exec(path) ?? [];
  const folder = path.slice(0, path.length - file.length);
  return scheme + host + (folder === "" ? "" : normaliseRoute(folder, [])) + file;
}

function clean(kind: Kind, value: unknown): string | number | null {
  if (kind === "text" || kind === "url") {
    if (typeof value !== "string" || !isCleanText(value)) return null;
    return kind === "url" ? storedUrl(value) : truncate(value);
  }
  const max = kind === "score" ? MAX_VALUE.CLS : MAX_VALUE.LCP;
  return typeof value === "number" && value >= 0 && value <= max ? value : null;
}

/**
 * Whether an attribution is stored as it is: it has known fields only, all of them valid, in the order in which they are
 * stored. Its fields must be its own, as those of parsed JSON are.
 */
export function isCleanAttribution(
  metric: Metric,
  input: Readonly<Record<string, unknown>>,
): input is Attribution {
  const fields = LISTS[metric];
  let next = 0;
  for (const name in input) {
    while (next < fields.length && fields[next]?.[0] !== name) next += 1;
    const [, kind] = fields[next] ?? [];
    const value = input[name];
    if (kind === undefined || value === "" || clean(kind, value) !== value) return false;
    next += 1;
  }
  return next > 0;
}

/**
 * Returns the known fields of an attribution, `null` without any. Calls `ignore` for each field with an invalid value;
 * skips unknown and absent (`null`, `""`) ones.
 */
export function cleanAttribution(
  metric: Metric,
  input: unknown,
  ignore: (part: string, reason: string) => void,
): Attribution | null {
  if (input === undefined || input === null) return null;
  if (typeof input !== "object" || Array.isArray(input)) {
    ignore("attribution", "not-an-object");
    return null;
  }
  const fields: Record<string, string | number> = {};
  for (const [name, kind] of LISTS[metric]) {
    if (!Object.hasOwn(input, name)) continue;
    const value = (input as Record<string, unknown>)[name];
    if (value === undefined || value === null || value === "") continue;
    const cleaned = clean(kind, value);
    if (cleaned === null) ignore(`attribution.${name}`, "invalid");
    else fields[name] = cleaned;
  }
  return Object.keys(fields).length === 0 ? null : fields;
}
