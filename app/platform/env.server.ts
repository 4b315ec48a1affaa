import { z } from "zod";
import { ACCESS_VARIABLES, accessProblems } from "./access-variables";
import {
  basePath,
  databaseUrl,
  environments,
  host,
  httpUrl,
  origins,
  pathProblems,
  proxies,
  publicUrl,
  routeRules,
  text,
  trackerPath,
} from "./env-values";
import { GRAFANA_VARIABLES } from "./grafana-variables";
import { OTEL_VARIABLES } from "./otel-variables";
import { PROFILING_VARIABLES } from "./profiling-variables";
import { closestName } from "./similar-names";

/** `schema` parses the text of a variable; `default` is the text of an absent one, `null` for none. */
type Variable = { name: string; default: string | null; description: string; schema: z.ZodType };

const flag = z.enum(["true", "false"], { error: "must be true or false" }).transform((v) => v === "true");
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`);

/** Every variable that the cockpit reads, in the order of docs/configuration.md. */
const VARIABLES = {
  ENV_FILE: {
    default: ".env",
    description:
      "File of variables to load, relative to the project folder. Variables that are already set win. `none` loads no file.",
    schema: text,
  },
  PORT: {
    default: null,
    description: "Port to listen on. Unset: 3000, or any free port.",
    schema: wholeNumber(0, 65_535),
  },
  HOST: {
    default: null,
    description: "Address to listen on. Unset: every address of the machine.",
    schema: host,
  },
  COLLECTOR_PORT: {
    default: "3001",
    description: "Port of `npm run collector`. `0` is any free port.",
    schema: wholeNumber(0, 65_535),
  },
  BASE_PATH: {
    default: null,
    description:
      "Path of the site below which a proxy serves the cockpit, such as `/vitals`. Unset: the root, or the `X-Forwarded-Prefix` of a trusted proxy.",
    schema: basePath,
  },
  SCRIPT_PATH: {
    default: "/vitals.js",
    description:
      "Further path of the browser script, below `BASE_PATH`. Pages of the cockpit and its snippet use it.",
    schema: trackerPath("/vitals.js"),
  },
  BEACON_PATH: {
    default: "/readings",
    description: "Further path of the endpoint, below `BASE_PATH`. The browser script posts to it.",
    schema: trackerPath("/readings"),
  },
  DATABASE_URL: {
    default: "file:./data/vitals.db",
    description:
      "The database: a SQLite file, which is created when missing, or `postgres://user:password@host:5432/database` (see [PostgreSQL](postgresql.md)).",
    schema: databaseUrl,
  },
  DATABASE_QUICK_CHECK: {
    default: "true",
    description:
      "Whether a start reads the whole SQLite file to check it: about a second for each GB. `false` checks only whose file it is.",
    schema: flag,
  },
  ...ACCESS_VARIABLES,
  ALLOWED_ORIGINS: {
    default: null,
    description:
      "Comma-separated origins whose pages may send; `https://*.example.com` stands for every subdomain. Unset: any origin.",
    schema: origins,
  },
  ACCEPT_ENVIRONMENTS: {
    default: null,
    description:
      "Comma-separated environments to accept, in any case. A measurement that names no environment is always accepted. Unset: all.",
    schema: environments,
  },
  BEACON_KEY: {
    default: null,
    description:
      "Key with which the site's server signs the tokens of its pages, at least 32 characters. Unset: beacons need no token.",
    schema: text.refine((value) => /^[\x21-\x7e]{32,200}$/.test(value), {
      message: "must have 32 to 200 characters of ASCII, without blanks",
    }),
  },
  BEACON_TOKENS: {
    default: "required",
    description:
      "With `BEACON_KEY`: `required` rejects beacons without a valid token, `counted` accepts them and counts them in `/metrics`.",
    schema: z.enum(["required", "counted"], { error: "must be required or counted" }),
  },
  FARO_API_KEY: {
    default: null,
    description: "The `apiKey` that Faro clients must send. Unset: no key is required.",
    schema: text,
  },
  FARO_FORWARD_URL: {
    default: null,
    description: "A Faro collector that also receives each accepted Faro body. Unset: nothing is forwarded.",
    schema: httpUrl,
  },
  TRUST_PROXY: {
    default: null,
    description:
      "Comma-separated proxies whose `X-Forwarded-*` headers are trusted: addresses, networks or `loopback`. Unset: none.",
    schema: proxies,
  },
  ROUTE_RULES: {
    default: null,
    description:
      "Comma-separated path patterns that become routes; the first match wins. Example: `/products/:slug,/docs/*`.",
    schema: routeRules,
  },
  MERGE_ROUTE_NOTATIONS: {
    default: "true",
    description:
      "`true` counts notations of one route, such as `/workspace/:id` and `/workspace/[id]`, as the one that came first. `false` counts each text as a route of its own.",
    schema: flag,
  },
  MAX_ROUTES: {
    default: "1000",
    description: "Cardinality limit for routes. Routes beyond it count as `(other)`.",
    schema: wholeNumber(1, 100_000),
  },
  MAX_NEW_BUILDS_PER_DAY: {
    default: "50",
    description:
      "Cardinality limit for new build versions per day (UTC). Builds beyond it count as `(other)`.",
    schema: wholeNumber(1, 100_000),
  },
  INGEST_BUFFER_SIZE: {
    default: "20000",
    description:
      "Measurements that may wait for their commit. While the buffer is full, senders get 503, Faro clients 429.",
    schema: wholeNumber(32, 10_000_000),
  },
  RAW_RETENTION_DAYS: {
    default: "7",
    description: "Retention of single measurements, in days.",
    schema: wholeNumber(1, 3650),
  },
  HOURLY_RETENTION_DAYS: {
    default: "90",
    description: "Retention of hourly summaries, in days.",
    schema: wholeNumber(1, 3650),
  },
  DAILY_RETENTION_DAYS: {
    default: "730",
    description: "Retention of daily summaries, in days; at least that of hourly ones.",
    schema: wholeNumber(1, 36_500),
  },
  NOTIFY_WEBHOOK_URL: {
    default: null,
    description:
      "A webhook that gets a message when a declared look at a release calls a regression, and when a later look withdraws it. Unset: nobody is notified.",
    schema: httpUrl,
  },
  NOTIFY_FORMAT: {
    default: "json",
    description:
      "Format of the messages: `json`, `slack` (also for services with Slack-compatible webhooks) or `teams` (a webhook of Teams' Workflows).",
    schema: z.enum(["json", "slack", "teams"], { error: "must be json, slack or teams" }),
  },
  PUBLIC_URL: {
    default: null,
    description:
      "Address of the cockpit for links in messages, such as `https://vitals.example`. `BASE_PATH` is appended unless the address ends with it. Unset: links are paths.",
    schema: publicUrl,
  },
  MEASURE_COCKPIT: {
    default: "true",
    description: "`true` measures the cockpit's own pages, like those of a site.",
    schema: flag,
  },
  FARO_URL: {
    default: null,
    description:
      "A Faro collector for telemetry of the cockpit's own pages. Unset: the pages load no telemetry script.",
    schema: httpUrl,
  },
  ...OTEL_VARIABLES,
  DEMO: {
    default: "false",
    description:
      "`npm run demo` sets it: every page is marked as sample data, and a sign-in link is printed.",
    schema: flag,
  },
  ...GRAFANA_VARIABLES,
  ...PROFILING_VARIABLES,
  LOG_LEVEL: {
    default: "info",
    description: "Lowest level that is logged: `debug`, `info`, `warn`, `error` or `silent`.",
    schema: z.enum(["debug", "info", "warn", "error", "silent"], {
      error: "must be debug, info, warn, error or silent",
    }),
  },
} satisfies Record<string, Omit<Variable, "name">>;

type Name = keyof typeof VARIABLES;

/** Parsed values of all variables; `null` for an unset one without a default. */
export type Environment = {
  readonly [K in Name]:
    | z.output<(typeof VARIABLES)[K]["schema"]>
    | ((typeof VARIABLES)[K]["default"] extends null ? null : never);
};

/** Names, defaults and descriptions of all variables, for the test of the documentation. */
export const ENVIRONMENT_VARIABLES: ReadonlyArray<Omit<Variable, "schema">> = Object.entries(VARIABLES).map(
  ([name, { default: fallback, description }]) => ({ name, default: fallback, description }),
);

/** Invalid settings; the message names each invalid variable, with the reason. */
export class EnvironmentError extends Error {
  override name = "EnvironmentError";
}

/** Docker's --env-file keeps quotes as part of a value, unlike a shell and Node. */
const isQuoted = (value: string): boolean => /^(["']).*\1$/s.test(value) && value.length > 1;

/** Messages about unknown variables that resemble an unset one: probably typing errors. */
function typingErrors(source: Readonly<Record<string, string | undefined>>): string[] {
  const isSet = (name: string): boolean => (source[name]?.trim() ?? "") !== "";
  const names = Object.keys(VARIABLES).filter((name) => !isSet(name));
  return Object.keys(source).flatMap((name) => {
    if (!isSet(name) || Object.hasOwn(VARIABLES, name)) return [];
    const intended = closestName(name, names);
    return intended === null ? [] : [`${name} is no variable of the cockpit; ${intended} is.`];
  });
}

/**
 * Reads and checks all variables. An empty one counts as unset.
 * @throws EnvironmentError naming each invalid variable
 */
export function readEnvironment(source: Readonly<Record<string, string | undefined>>): Environment {
  const problems = typingErrors(source);
  const values = Object.entries(VARIABLES).map(([name, variable]) => {
    const text = source[name]?.trim();
    const value = text === undefined || text === "" ? variable.default : text;
    if (value === null) return [name, null];
    if (isQuoted(value)) {
      problems.push(`${name} has quotes around its value; leave them out.`);
      return [name, null];
    }
    const parsed = (variable.schema as z.ZodType).safeParse(value);
    if (!parsed.success) {
      // The message may be logged, so it never contains a secret.
      const quoted = /_(?:TOKEN|PASSWORD|KEY|WEBHOOK_URL)$/.test(name)
        ? ""
        : ` (it is ${JSON.stringify(value.slice(0, 200))})`;
      problems.push(`${name} ${parsed.error.issues[0]?.message ?? "is not valid"}${quoted}.`);
    }
    return [name, parsed.data];
  });
  const parsed = Object.fromEntries(values);
  problems.push(...pathProblems(parsed), ...accessProblems(parsed));
  if (problems.length > 0) throw new EnvironmentError(problems.join("\n"));
  return parsed as Environment;
}

/** How the process runs: `production` or `development`. */
export const mode = (): string => process.env.NODE_ENV ?? "production";

/** The variables as text, for code that runs before there is a build, too. */
export const environmentOf = (): Readonly<Record<string, string | undefined>> => process.env;

let environment: Environment | undefined;

/** The environment of this process, parsed at the first call. @throws EnvironmentError */
export function env(): Environment {
  environment ??= readEnvironment(process.env);
  return environment;
}
