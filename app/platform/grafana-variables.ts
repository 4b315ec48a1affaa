import { z } from "zod";

/** `https://grafana.example/sub-path`, without a slash at its end. */
const baseUrl = z
  .string()
  .refine((value) => {
    if (!URL.canParse(value)) return false;
    const { protocol, username, password, search, hash } = new URL(value);
    return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === "");
  }, 'must be an http or https URL without query and fragment, such as "https://grafana.example/grafana"')
  .transform((value) => {
    const { origin, pathname } = new URL(value);
    return origin + pathname.replace(/\/+$/, "");
  });

const uid = z.string().regex(/^[^\s/?#%\\]{1,100}$/, "must be a uid, as Grafana shows it in its own URLs");

const number = z.string().regex(/^[1-9]\d{0,17}$/, "must be a number from 1 on");

/**
 * A TraceQL attribute with its scope; names with special characters are quoted.
 * @see https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/
 */
const attribute = z
  .string()
  .regex(
    /^(?:(?:span|resource|event|link|instrumentation)?\.(?:[A-Za-z_][\w.-]*|"(?:[^"\\]|\\["\\])+"))$/,
    'must be an attribute with its scope, such as "span.http.route"',
  );

/**
 * A version of Tempo. Older ones search regular expressions anywhere in a value.
 * @see https://github.com/grafana/tempo/blob/main/CHANGELOG.md
 */
const tempoVersion = z
  .string()
  .regex(
    /^(?:2\.(?:[7-9]|[1-9]\d)|(?:[3-9]|[1-9]\d)\.\d{1,3})(?:\.\d{1,3})?$/,
    'must be a version of Tempo from 2.7 on, such as "2.10.8" or "3.0"',
  );

const UNITS = { h: 3_600_000, m: 60_000, s: 1_000 } as const;
const DURATION = /^(?=.)(?:(\d{1,5})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s)?$/;

/** A duration as Tempo's own configuration has it, such as `168h0m0s`; parsed to ms. */
const duration = (smallest: string, min: number) =>
  z
    .string()
    .regex(DURATION, 'must be a duration such as "168h" or "90m"')
    .transform((value) => {
      const [, h = "0", m = "0", s = "0"] = DURATION.exec(value) ?? [];
      return Number(h) * UNITS.h + Number(m) * UNITS.m + Number(s) * UNITS.s;
    })
    .refine((ms) => ms >= min, `must be at least ${smallest}`);

/** A limit of Tempo; 0 is none, as in Tempo's own configuration. */
const limit = z.union([z.literal("0").transform(() => 0), duration("10m", 10 * UNITS.m)], {
  error: 'must be a duration of at least 10m, such as "168h", or 0 for no limit',
});

/** A path such as `/shop`. A trailing slash is removed, so `/` is no base path. */
const routeBasePath = z
  .string()
  .regex(
    /^(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+){1,5}\/?)$/,
    'must be a path such as "/shop", without a host, encoded characters and spaces',
  )
  .transform((value) => value.replace(/\/$/, ""));

/** Settings of links and annotations for Grafana; without GRAFANA_BASE_URL the others have no effect. */
export const GRAFANA_VARIABLES = {
  GRAFANA_BASE_URL: {
    default: null,
    description: "URL of Grafana, with its sub-path if it has one. Unset: pages have no links to Grafana.",
    schema: baseUrl,
  },
  GRAFANA_ORG_ID: {
    default: null,
    description: "Number of the Grafana organisation, if there are several.",
    schema: number,
  },
  GRAFANA_TRACES_DATASOURCE_UID: {
    default: null,
    description:
      "UID of the Tempo data source. Unset: `grafanacloud-traces` on `*.grafana.net`, otherwise `tempo`.",
    schema: uid,
  },
  GRAFANA_LOGS_DATASOURCE_UID: {
    default: null,
    description: "UID of the Loki data source. Unset: no links to logs.",
    schema: uid,
  },
  GRAFANA_PROFILES_DATASOURCE_UID: {
    default: null,
    description: "UID of the Pyroscope data source. Unset: no links to profiles.",
    schema: uid,
  },
  GRAFANA_FRONTEND_DASHBOARD_UID: {
    default: "faro-web-app",
    description: "UID of the dashboard that “Frontend Traces” opens.",
    schema: uid,
  },
  GRAFANA_WORKER_DASHBOARD_UID: {
    default: "worker-overview",
    description: "UID of the dashboard that “Worker Overview” opens.",
    schema: uid,
  },
  GRAFANA_RELEASES_DASHBOARD_UID: {
    default: "web-vitals-by-release",
    description: "UID of the dashboard that “Web Vitals by release” opens.",
    schema: uid,
  },
  GRAFANA_FRONTEND_APP_ID: {
    default: null,
    description:
      "Number of the app in Frontend Observability (Grafana Cloud). Unset: no link to its sessions.",
    schema: number,
  },
  GRAFANA_SERVICE_NAME: {
    default: null,
    description: "`service.name` of the site's server, as on its spans. Unset: links search all services.",
    schema: z.string(),
  },
  GRAFANA_WORKER_SERVICE_NAME: {
    default: null,
    description: "`service.name` of the worker, as on its metrics.",
    schema: z.string(),
  },
  GRAFANA_EXPLORE_FORMAT: {
    default: "panes",
    description:
      "URL format of links to Explore: `panes` for Grafana 10.1 and newer, `left` for older versions.",
    schema: z.enum(["panes", "left"], { error: "must be panes or left" }),
  },
  GRAFANA_SERVICE_ATTRIBUTE: {
    default: "resource.service.name",
    description: "Attribute of a span that names the service, as TraceQL spells it.",
    schema: attribute,
  },
  GRAFANA_VERSION_ATTRIBUTE: {
    default: "resource.service.version",
    description: "Attribute of a span that names the build version.",
    schema: attribute,
  },
  GRAFANA_ROUTE_ATTRIBUTE: {
    default: "span.http.route",
    description:
      "Attribute of a span that names the route. Only `span.http.route` is searched in all notations and by path; another one must equal the page's route.",
    schema: attribute,
  },
  GRAFANA_STATUS_ATTRIBUTE: {
    default: "span.http.response.status_code",
    description: "Attribute of a span that holds the response status; a column in lists of traces.",
    schema: attribute,
  },
  GRAFANA_PATH_ATTRIBUTE: {
    default: "span.url.path",
    description:
      "Attribute of a span that holds the URL path: links search it for routes that the server doesn't name, and lists of traces have it as a column.",
    schema: attribute,
  },
  GRAFANA_ROUTE_BASE_PATH: {
    default: null,
    description:
      "Path in front of all routes of the site, such as `/shop`, which pages, spans and paths may contain or not. Unset: none.",
    schema: routeBasePath,
  },
  GRAFANA_TEMPO_VERSION: {
    default: "3.0",
    description:
      "Version of Tempo, from `2.7` on. Links use what its TraceQL can express and stay within its limits.",
    schema: tempoVersion,
  },
  GRAFANA_TEMPO_SEARCH_LIMIT: {
    default: "168h",
    description:
      "Tempo's `query_frontend.search.max_duration`: searches of a longer range open with its end. `0`: no limit.",
    schema: limit,
  },
  GRAFANA_TEMPO_METRICS_LIMIT: {
    default: null,
    description:
      "Tempo's `query_frontend.metrics.max_duration`. Unset: `24h` for Tempo 3 and newer, `3h` for 2.x. `0`: no limit.",
    schema: limit,
  },
  GRAFANA_TEMPO_END_CUTOFF: {
    default: "30s",
    description:
      "Tempo's `query_frontend.query_end_cutoff`: links end this long before now, since newer spans are not searched.",
    schema: duration("0s", 0),
  },
  GRAFANA_TEMPO_URL: {
    default: null,
    description:
      "URL of Tempo's HTTP API as the cockpit's server connects to it, for `npm run grafana:check`. Unset: the links are not checked.",
    schema: baseUrl,
  },
  GRAFANA_TEMPO_TENANT: {
    default: null,
    description: "Tenant of Tempo, sent as `X-Scope-OrgID`.",
    schema: z.string().regex(/^[\x21-\x7e]{1,150}$/, "must be a tenant's id, without spaces"),
  },
  GRAFANA_TEMPO_USER: {
    default: null,
    description: "User name for Tempo; `GRAFANA_TEMPO_TOKEN` is then its password.",
    schema: z.string().regex(/^[^:\s]{1,100}$/, "must be a user name, without colons and spaces"),
  },
  GRAFANA_TEMPO_TOKEN: {
    default: null,
    description: "Bearer token for Tempo, or the password of `GRAFANA_TEMPO_USER`.",
    schema: z.string().regex(/^[\x21-\x7e]+$/, "must be a token, without spaces"),
  },
  GRAFANA_SERVICE_ACCOUNT_TOKEN: {
    default: null,
    description:
      "Token that adds an annotation to Grafana for each new release. Unset: nothing is sent to Grafana.",
    schema: z.string().regex(/^[\x21-\x7e]+$/, "must be a token, without spaces"),
  },
} as const;
