import { isIP } from "node:net";
import { z } from "zod";
import { isOriginPattern } from "./origin-pattern";
import { isPostgresqlUrl, parsePostgresqlUrl } from "./postgresql-url";
import { parseSqliteUrl } from "./sqlite-url";

export const text = z.string();
export const list = z
  .string()
  .transform((value) =>
    value
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  )
  .refine((items) => items.length > 0, "must be a list with commas, or unset");

/** Whether a URL is acceptable; `true` for an invalid URL, which another check rejects. */
const isAcceptable = (value: string, isRejected: (url: URL) => boolean): boolean =>
  !URL.canParse(value) || !isRejected(new URL(value));

export const httpUrl = text
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'must be a URL such as "https://collector.example/collect"',
  )
  .refine(
    (value) => isAcceptable(value, ({ username, password, hash }) => username + password + hash !== ""),
    "must be a URL without a user name, password or fragment",
  );

/** The address of a server, with or without a path. A trailing slash is removed. */
export const publicUrl = httpUrl
  .refine(
    (value) => isAcceptable(value, ({ search }) => search !== ""),
    'must be an address such as "https://vitals.example", without a query',
  )
  .transform((value) => {
    const { origin, pathname } = new URL(value);
    return origin + pathname.replace(/\/+$/, "");
  });

/**
 * The base URL of OTLP, to which exporters append `/v1/traces`; the variable for traces has the full URL.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
 */
export const otlpBase = httpUrl.refine(
  (value) => isAcceptable(value, ({ pathname }) => /\/v1\/traces\/?$/.test(pathname)),
  "must be the URL without /v1/traces, which is added; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is the whole URL",
);

/** A host without scheme or port: with either, remix-serve would exit with a stack trace, or not listen. */
export const host = text.refine(
  (value) => isIP(value) !== 0 || /^(?=.*[a-z])[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(value),
  'must be an address or a name without scheme, brackets and port, such as "127.0.0.1"',
);

/** Names of environments, without characters that separate list items in other formats. */
export const environments = list.refine(
  (items) => items.every((item) => /^[^\s;"'[\]{}]+$/.test(item)),
  'must be names with commas, such as "production,staging"',
);

/**
 * Names with percent-encoded values.
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
export const resourceAttributes = list
  .refine(
    (items) => items.every((item) => /^[^=]+=(?:[^%]|%[0-9a-f]{2})*$/i.test(item)),
    'must be a list such as "deployment.environment.name=production,service.namespace=shop"',
  )
  .transform((items) =>
    Object.fromEntries(
      items.map((item): [string, string] => {
        const [name = "", ...value] = item.split("=");
        return [name.trim(), decodeURIComponent(value.join("=").trim())];
      }),
    ),
  );

export const proxies = list.refine(
  (items) =>
    items.every((item) => {
      const [address = "", bits] = item.split("/");
      const family = isIP(address);
      if (item === "loopback") return true;
      if (family === 0) return false;
      return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
    }),
  'must be a list of addresses, networks such as "10.0.0.0/8", or "loopback"',
);

export const origins = list.refine(
  (items) => items.every(isOriginPattern),
  'must be a list of origins such as "https://shop.example" or "https://*.shop.example", without a path',
);

export const databaseUrl = text
  .refine(
    (value) => /^file:./.test(value) || isPostgresqlUrl(value),
    'must be a SQLite file such as "file:./data/vitals.db", or a server such as "postgres://user:password@host:5432/database"',
  )
  .superRefine((value, context) => {
    const parsed = isPostgresqlUrl(value) ? parsePostgresqlUrl(value) : parseSqliteUrl(value);
    if ("problem" in parsed) context.addIssue({ code: "custom", message: parsed.problem });
  });

/** A segment of a rule: a placeholder, or text without the special characters of other pattern syntaxes. */
const RULE_SEGMENT = /^(?::[\w-]+|\[[\w-]+\]|[^:*[\]{}<>();$]*)$/;

const isRule = (rule: string): boolean =>
  /^\/[^\s?#]*$/.test(rule) &&
  rule
    .replace(/\/\*$/, "")
    .split("/")
    .every((segment) => RULE_SEGMENT.test(segment));

export const routeRules = list.refine(
  (items) => items.every(isRule),
  'must be a list of path patterns such as "/products/:slug,/docs/*": a segment is text, :name or [name], and * stands at the end',
);

/** First segments of the cockpit's own paths: below one of them, a removed prefix would be indistinguishable. */
const OWN_PATHS =
  /^\/(?:__manifest|admin|api|build|collect|csp-reports|faro|favicon\.ico|healthz|login|logout|metrics|readings|robots\.txt|v1)(?:\/|$)/i;

/** A base path may be `/vitals`: the names of scripts below it are hashes. */
const SCRIPT_FOLDER = /^\/vitals(?:\.js)?(?:\/|$)/i;

/** A path such as `/vitals`. A trailing slash is removed, so `/` becomes the empty root. */
export const basePath = text
  .refine(
    (value) => /^\/$|^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+\/?$/.test(value),
    'must be a path such as "/vitals", without a host, encoded characters and spaces',
  )
  .refine((value) => !OWN_PATHS.test(value), "must not begin like a path of the cockpit itself")
  .transform((value) => value.replace(/\/$/, ""));

/**
 * The path of the script or of the endpoint, such as `/static/m.js`, without the base path.
 * @param documented the default, which is one of the cockpit's own paths
 */
export const trackerPath = (documented: string) =>
  text
    .refine(
      (value) => /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(value),
      'must be a path such as "/static/m.js", without a host, a slash at its end, query, fragment and encoded characters',
    )
    .refine(
      (value) => value === documented || !(OWN_PATHS.test(value) || SCRIPT_FOLDER.test(value)),
      "must not be a path of the cockpit itself, nor one below it",
    );

/**
 * What is wrong with valid paths together.
 * @param paths values of BASE_PATH, SCRIPT_PATH and BEACON_PATH; other than a text where unset or invalid
 */
export function pathProblems(paths: Readonly<Record<string, unknown>>): string[] {
  const { BASE_PATH, SCRIPT_PATH, BEACON_PATH } = paths;
  const below = ["SCRIPT_PATH", "BEACON_PATH"].filter(
    (name) =>
      typeof BASE_PATH === "string" && BASE_PATH !== "" && `${paths[name]}/`.startsWith(`${BASE_PATH}/`),
  );
  const problems = below.map((name) => `${name} must not contain BASE_PATH, which is put before it.`);
  if (typeof SCRIPT_PATH === "string" && SCRIPT_PATH === BEACON_PATH) {
    problems.push("SCRIPT_PATH and BEACON_PATH must differ.");
  }
  return problems;
}
