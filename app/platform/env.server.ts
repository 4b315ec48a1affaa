import { isIP } from "node:net";
import { z } from "zod";
import { GRAFANA_VARIABLES } from "./grafana-variables";

/** A variable is text; what it means is decided by `schema`, what an absent one means by `default`. */
type Variable = { name: string; default: string | null; description: string; schema: z.ZodType };

const text = z.string();
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
const flag = z.enum(["true", "false"], { error: "must be true or false" }).transform((v) => v === "true");
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`);

const origins = list.refine(
  (items) => items.every((item) => URL.canParse(item) && new URL(item).origin === item),
  'must be a list of origins such as "https://shop.example"',
);

const httpUrl = text.refine(
  (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  'must be a URL such as "https://collector.example/collect"',
);

/** As OpenTelemetry's specification has it: names and percent-encoded values. */
const resourceAttributes = list
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

const proxies = list.refine(
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

const routeRules = list.refine(
  (items) => items.every((item) => /^\/[^\s?#]*$/.test(item)),
  'must be a list of path patterns such as "/products/:slug,/docs/*"',
);

const databaseUrl = text.refine(
  (value) => /^file:./.test(value),
  'must be a SQLite file such as "file:./data/vitals.db"',
);

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
    description: "Port to listen on. Unset: 3000, or the next free port.",
    schema: wholeNumber(0, 65_535),
  },
  HOST: {
    default: null,
    description: "Address to listen on. Unset: every address of the machine.",
    schema: text,
  },
  DATABASE_URL: {
    default: "file:./data/vitals.db",
    description: "The SQLite file. The file and its folder are created when missing.",
    schema: databaseUrl,
  },
  ADMIN_PASSWORD: {
    default: null,
    description: "Password for `/login`. Unset: the first start generates a password and prints it.",
    schema: text,
  },
  ADMIN_API_TOKEN: {
    default: null,
    description: "Bearer token for `/api/admin/*` and `/metrics`. Unset: both need a signed-in session.",
    schema: text,
  },
  ALLOWED_ORIGINS: {
    default: null,
    description: "Comma-separated origins whose pages may send measurements. Unset: any origin.",
    schema: origins,
  },
  ACCEPT_ENVIRONMENTS: {
    default: null,
    description:
      "Comma-separated environments to accept. A measurement that names no environment is always accepted. Unset: all.",
    schema: list,
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
    description: "Retention of daily summaries, in days.",
    schema: wholeNumber(1, 36_500),
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
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    default: null,
    description:
      "An OTLP collector for the server's spans; `/v1/traces` is appended. Unset: the server creates no spans.",
    schema: httpUrl,
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    default: null,
    description: "The full URL for spans. It overrides `OTEL_EXPORTER_OTLP_ENDPOINT`.",
    schema: httpUrl,
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    default: "http/json",
    description: "Export protocol: `http/json` or `http/protobuf`.",
    schema: z.enum(["http/json", "http/protobuf"], { error: "must be http/json or http/protobuf" }),
  },
  OTEL_SERVICE_NAME: {
    default: null,
    description: "Service name on the spans. Unset: `vitals-cockpit`.",
    schema: text,
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    default: null,
    description:
      "Further resource attributes of the spans, such as `deployment.environment.name=production,service.namespace=shop`.",
    schema: resourceAttributes,
  },
  DEMO: {
    default: "false",
    description:
      "`npm run demo` sets it: every page is marked as sample data, and a sign-in link is printed.",
    schema: flag,
  },
  ...GRAFANA_VARIABLES,
  LOG_LEVEL: {
    default: "info",
    description: "Lowest level that is logged: `debug`, `info`, `warn`, `error` or `silent`.",
    schema: z.enum(["debug", "info", "warn", "error", "silent"], {
      error: "must be debug, info, warn, error or silent",
    }),
  },
} satisfies Record<string, Omit<Variable, "name">>;

type Name = keyof typeof VARIABLES;

/** What is read of the environment: parsed values, `null` for what is neither set nor has a default. */
export type Environment = {
  readonly [K in Name]:
    | z.output<(typeof VARIABLES)[K]["schema"]>
    | ((typeof VARIABLES)[K]["default"] extends null ? null : never);
};

/** For the documentation's test: names, defaults and descriptions of all variables. */
export const ENVIRONMENT_VARIABLES: ReadonlyArray<Omit<Variable, "schema">> = Object.entries(VARIABLES).map(
  ([name, { default: fallback, description }]) => ({ name, default: fallback, description }),
);

/** A setting that can't be used; the message names every variable that is wrong, and why. */
export class EnvironmentError extends Error {
  override name = "EnvironmentError";
}

/**
 * Reads and checks all variables. An empty one counts as unset.
 * @throws EnvironmentError naming every variable that can't be used
 */
export function readEnvironment(source: Readonly<Record<string, string | undefined>>): Environment {
  const problems: string[] = [];
  const values = Object.entries(VARIABLES).map(([name, variable]) => {
    const set = source[name]?.trim();
    const value = set === undefined || set === "" ? variable.default : set;
    if (value === null) return [name, null];
    const parsed = (variable.schema as z.ZodType).safeParse(value);
    if (!parsed.success) {
      // A secret is never repeated in a message that ends up in a log.
      const shown = /_(?:TOKEN|PASSWORD|KEY)$/.test(name)
        ? ""
        : ` (it is ${JSON.stringify(value.slice(0, 200))})`;
      problems.push(`${name} ${parsed.error.issues[0]?.message ?? "is not valid"}${shown}.`);
    }
    return [name, parsed.data];
  });
  if (problems.length > 0) throw new EnvironmentError(problems.join("\n"));
  return Object.fromEntries(values) as Environment;
}

/** How the process runs: `production` or `development`. */
export const mode = (): string => process.env.NODE_ENV ?? "production";

let environment: Environment | undefined;

/** This process's environment, read once. */
export function env(): Environment {
  environment ??= readEnvironment(process.env);
  return environment;
}
