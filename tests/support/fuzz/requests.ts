import { METHODS } from "node:http";
import fc from "fast-check";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { ADMIN_API_TOKEN, CHROME } from "../server";
import { aBody, encoded, type FuzzedBody } from "./bodies";
import { aHeaderText, aText } from "./texts";

/** One request; `credential` is added by who sends it. */
export type FuzzedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
  credential: "none" | "session" | "token";
};

const PARAMETERS = [
  ...Object.keys(DEFAULT_QUERY),
  ..."from,to,release,compare,metrics,routes,min-samples,inconclusive,format,table,chart,bom,span".split(","),
  ..."build_version,buildVersion,id,next,kind,_data,index,file,link".split(","),
];

/** CONNECT is no request for a resource, and a client waits for more than an answer. */
const ODD_METHODS = METHODS.filter((method) => method !== "CONNECT");

const aMethod = fc.oneof(
  { weight: 6, arbitrary: fc.constant("GET") },
  { weight: 5, arbitrary: fc.constant("POST") },
  { weight: 2, arbitrary: fc.constantFrom(...ODD_METHODS) },
);

/** Header names with the values that they are mostly given; any text may be given, too. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  origin: ["null", "https://evil.example", "http://127.0.0.1", "https://a@b", "file://"],
  referer: ["https://evil.example/a?b#c", "about:blank"],
  accept: ["application/json", "text/markdown", "text/html", "*/*;q=0", "image/svg+xml"],
  "if-none-match": ["*", 'W/"a"', '"a", "b"'],
  "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT"],
  range: ["bytes=0-0", "bytes=-1", "bytes=9-1", "items=0-1", "bytes=0-1,2-3"],
  "x-forwarded-for": ["127.0.0.1", "::1, unknown", "a,b,c"],
  "x-forwarded-proto": ["https", "javascript"],
  "x-forwarded-host": ["evil.example", "a b"],
  "x-forwarded-prefix": ["/..", "//evil.example"],
  "x-client-address": ["127.0.0.1"],
  "x-request-origin": ["https://evil.example"],
  forwarded: ["for=127.0.0.1;proto=https"],
  host: ["evil.example", "[::1", "a:99999", ""],
  cookie: ["__Host-session=a.b", "a=%", "session=; session=x"],
  authorization: ["Basic YTpi", "Bearer ", "Bearer vitals_a.b"],
  "sec-ch-ua-mobile": ["?1", "?0", "1"],
  "sec-fetch-site": ["cross-site", "same-origin", "none"],
  "idempotency-key": ["a"],
  "x-api-key": ["b"],
  "accept-encoding": ["gzip", "br", "identity;q=0"],
  traceparent: ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
  "user-agent": [CHROME, "curl/8", "Googlebot/2.1"],
  "transfer-encoding": ["chunked"],
};

const aHeader = fc
  .constantFrom(...Object.keys(HEADERS))
  .chain((name) =>
    fc.tuple(
      fc.constant(name),
      name === "transfer-encoding"
        ? fc.constantFrom("chunked")
        : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...(HEADERS[name] ?? [])) }, aHeaderText),
    ),
  );

const aSearch = fc
  .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PARAMETERS) }, aText), aText), {
    maxLength: 6,
  })
  .map((pairs) => (pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`));

/** A path of a route, its data, a path below it, or any path. */
function aPath(urls: readonly string[]): fc.Arbitrary<string> {
  const aSegment = aText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 4_000));
  const aRoute = fc
    .tuple(fc.constantFrom(...urls), aSegment)
    .map(([url, segment]) => url.replace(/:\w+|\*/g, () => segment));
  return fc.oneof(
    { weight: 12, arbitrary: aRoute },
    { weight: 2, arbitrary: aRoute.map((path) => `${path}.data`) },
    { weight: 1, arbitrary: fc.tuple(aRoute, aSegment).map(([path, segment]) => `${path}/${segment}`) },
    { weight: 1, arbitrary: aSegment.map((segment) => `/${segment}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("/build/../package.json", "/%", "/%c0%ae", "//evil.example/", "/a//b"),
    },
  );
}

/** Any request to the routes of `urls`, with bodies made of `captures`. */
export function aRequest(urls: readonly string[], captures: readonly unknown[]): fc.Arbitrary<FuzzedRequest> {
  return fc
    .record({
      method: aMethod,
      path: aPath(urls),
      search: aSearch,
      headers: fc.array(aHeader, { maxLength: 4 }),
      body: aBody(captures),
      encoding: fc.option(fc.constantFrom("gzip", "cut", "false"), { freq: 8 }),
      credential: fc.constantFrom("none", "session", "token", "token"),
    })
    .map(({ path, search, headers, body, encoding, ...request }) => ({
      ...request,
      path: `${path}${search}`,
      ...contentOf(
        request.method,
        Object.fromEntries(headers),
        body,
        encoding as "gzip" | "cut" | "false" | null,
      ),
    }))
    .map(withoutProfile);
}

/** Where senders post to, and how. */
const ENDPOINTS = ["/api/analytics/web-vitals", "/readings", "/api/analytics/faro", "/collect", "/v1/logs"];

/** A mutated beacon as a sender posts it, to an endpoint that may be for another format. */
export const aBeaconRequest = (captures: readonly unknown[]): fc.Arbitrary<FuzzedRequest> =>
  fc
    .record({
      path: fc.constantFrom(...ENDPOINTS),
      body: aBody(captures),
      headers: fc.array(aHeader, { maxLength: 1 }),
    })
    .map(({ path, body, headers }) => ({
      ...{ method: "POST", path, credential: "none" as const },
      ...contentOf("POST", Object.fromEntries(headers), { ...body, type: "application/json" }, null),
    }));

function contentOf(
  method: string,
  headers: Record<string, string>,
  { bytes, type }: FuzzedBody,
  encoding: "gzip" | "cut" | "false" | null,
): Pick<FuzzedRequest, "headers" | "body"> {
  if (method === "GET" || method === "HEAD") {
    const { "transfer-encoding": _, ...others } = headers;
    return { headers: others, body: null };
  }
  const withType = type === null || type === "" ? headers : { "content-type": type, ...headers };
  if (encoding === null) return { headers: withType, body: bytes };
  return { headers: { "content-encoding": "gzip", ...withType }, body: encoded(bytes, encoding) };
}

/** A profile that starts takes as long as it is asked to, and one process records one at a time. */
function withoutProfile(request: FuzzedRequest): FuzzedRequest {
  if (!/profiling/.test(request.path) || request.body === null) return request;
  return {
    ...request,
    headers: { ...request.headers, "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from("duration=never"),
  };
}

/** The headers of a credential that is valid. */
export const credentialHeaders = (
  credential: FuzzedRequest["credential"],
  cookie: string,
): Record<string, string> => {
  if (credential === "token") return { authorization: `Bearer ${ADMIN_API_TOKEN}` };
  return credential === "session" ? { cookie } : {};
};
