import { isIP } from "node:net";
import { z } from "zod";

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

/** For checks of a URL that another one has found to be one. */
const passes = (value: string, refuses: (url: URL) => boolean): boolean =>
  !URL.canParse(value) || !refuses(new URL(value));

export const httpUrl = text
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'must be a URL such as "https://collector.example/collect"',
  )
  .refine(
    (value) => passes(value, ({ username, password, hash }) => username + password + hash !== ""),
    "must be a URL without a user name, password or fragment",
  );

/** As OpenTelemetry's specification has it: `/v1/traces` is added to the one, and to the other nothing. */
export const otlpBase = httpUrl.refine(
  (value) => passes(value, ({ pathname }) => /\/v1\/traces\/?$/.test(pathname)),
  "must be the URL without /v1/traces, which is added; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is the whole URL",
);

/** A name or address alone: remix-serve would end with a stack, or listen nowhere. */
export const host = text.refine(
  (value) => isIP(value) !== 0 || /^(?=.*[a-z])[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(value),
  'must be an address or a name without scheme, brackets and port, such as "127.0.0.1"',
);

/** Names of environments: what separates items elsewhere is no part of one. */
export const environments = list.refine(
  (items) => items.every((item) => /^[^\s;"'[\]{}]+$/.test(item)),
  'must be names with commas, such as "production,staging"',
);

/** As OpenTelemetry's specification has it: names and percent-encoded values. */
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

/** A segment of a pattern: a name for any, the rest at the end, or text without what patterns elsewhere are written with. */
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

/** What the cockpit's own paths begin with: below one of them nobody could say whether a proxy has removed it. */
const OWN_PATHS =
  /^\/(?:admin|api|build|collect|faro|favicon\.ico|healthz|login|logout|metrics|readings|v1)(?:\/|$)/;

/** `/vitals`; a slash at the end makes no difference, and `/` is the root. */
export const basePath = text
  .refine(
    (value) => /^\/$|^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+\/?$/.test(value),
    'must be a path such as "/vitals", without a host, encoded characters and spaces',
  )
  .refine((value) => !OWN_PATHS.test(value), "must not begin like a path of the cockpit itself")
  .transform((value) => value.replace(/\/$/, ""));
