import { z } from "zod";
import { text } from "./env-values";

/** Headers that mean something else to the cockpit or to HTTP, so that no proxy can name a user in them. */
const OTHER_HEADERS =
  /^(?:accept.*|authorization|connection|content-.*|cookie|forwarded|host|origin|referer|sec-.*|transfer-encoding|upgrade|user-agent|via|x-forwarded-(?:for|host|port|prefix|proto)|x-real-ip|x-(?:base-path|script-path|peer-.*|client-.*|request-origin|proxy-user))$/i;

const userHeader = text
  .refine((value) => /^[\w-]+$/.test(value), 'must be the name of a header, such as "Remote-User"')
  .refine((value) => !OTHER_HEADERS.test(value), "must not be a header that has another meaning");

/** Variables that decide who has access. */
export const ACCESS_VARIABLES = {
  ADMIN_PASSWORD: {
    default: null,
    description: "Password for `/login`. Unset: the first start generates a password and prints it.",
    schema: text,
  },
  ADMIN_API_TOKEN: {
    default: null,
    description:
      "Bearer token with every scope for `/api/admin/*` and `/metrics`. Unset: only tokens of the page `/admin/access` and people have access.",
    schema: text,
  },
  PROXY_USER_HEADER: {
    default: null,
    description:
      "Header with the user that a proxy of `TRUST_PROXY` has authenticated, such as `Remote-User`. Every user that it names is an admin. Unset: no proxy signs anybody in.",
    schema: userHeader,
  },
  METRICS_FROM_LOOPBACK: {
    default: "false",
    description:
      "`true` lets every program on this machine read `/metrics` without a token. Not with a proxy on this machine: all of its clients would read them.",
    schema: z
      .enum(["true", "false"], { error: "must be true or false" })
      .transform((value) => value === "true"),
  },
};

/**
 * What is wrong with valid variables together.
 * @param values of PROXY_USER_HEADER and TRUST_PROXY; `null` where unset
 */
export function accessProblems(values: Readonly<Record<string, unknown>>): string[] {
  const { PROXY_USER_HEADER, TRUST_PROXY } = values;
  return typeof PROXY_USER_HEADER === "string" && TRUST_PROXY === null
    ? ["PROXY_USER_HEADER needs TRUST_PROXY, the addresses of the proxies whose header counts."]
    : [];
}
