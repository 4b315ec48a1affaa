import { describe, expect, it } from "vitest";
import { ENVIRONMENT_VARIABLES, EnvironmentError, readEnvironment } from "../../../app/platform/env.server";

const DEFAULTS = readEnvironment({});

describe("readEnvironment", () => {
  it("returns the defaults of an empty environment", () => {
    expect(DEFAULTS).toMatchObject({
      PORT: null,
      HOST: null,
      DATABASE_URL: "file:./data/vitals.db",
      ADMIN_API_TOKEN: null,
      ALLOWED_ORIGINS: null,
      ACCEPT_ENVIRONMENTS: null,
      TRUST_PROXY: null,
      ROUTE_RULES: null,
      MAX_ROUTES: 1000,
      MAX_NEW_BUILDS_PER_DAY: 50,
      INGEST_BUFFER_SIZE: 20_000,
      RAW_RETENTION_DAYS: 7,
      HOURLY_RETENTION_DAYS: 90,
      DAILY_RETENTION_DAYS: 730,
      MEASURE_COCKPIT: true,
      LOG_LEVEL: "info",
    });
  });

  it("treats empty and blank variables as unset, and ignores unknown ones", () => {
    const blank = Object.fromEntries(ENVIRONMENT_VARIABLES.map(({ name }, i) => [name, i % 2 ? "" : " \t"]));
    expect(readEnvironment({ ...blank, PATH: "/bin", HOSTS: "a", LOG_LEVELS: "7" })).toEqual(DEFAULTS);
  });

  it.each<[string, string, unknown]>([
    ["PORT", "0", 0],
    ["PORT", "65535", 65_535],
    ["PORT", " 3000 ", 3000],
    ["HOST", "127.0.0.1", "127.0.0.1"],
    ["BASE_PATH", "/vitals", "/vitals"],
    ["BASE_PATH", "/team/vitals/", "/team/vitals"],
    ["BASE_PATH", "/", ""],
    ["SCRIPT_PATH", "/static/m.js", "/static/m.js"],
    ["SCRIPT_PATH", "/vitals.js", "/vitals.js"],
    ["SCRIPT_PATH", "/m", "/m"],
    ["BEACON_PATH", "/a/b-c_d.e~f", "/a/b-c_d.e~f"],
    ["BEACON_PATH", "/readings", "/readings"],
    ["BEACON_PATH", "/administration", "/administration"],
    ["DATABASE_URL", "file:/var/lib/vitals.db", "file:/var/lib/vitals.db"],
    ["DATABASE_URL", "file:vitals.db", "file:vitals.db"],
    ["DATABASE_URL", "file:vitals.db?connection_limit=1", "file:vitals.db?connection_limit=1"],
    ["HOST", "::1", "::1"],
    ["HOST", "vitals-1.internal", "vitals-1.internal"],
    ["ADMIN_API_TOKEN", "0123456789abcdef", "0123456789abcdef"],
    [
      "ALLOWED_ORIGINS",
      "https://a.example, http://b.example:8080,",
      ["https://a.example", "http://b.example:8080"],
    ],
    ["ACCEPT_ENVIRONMENTS", "production,prod", ["production", "prod"]],
    ["TRUST_PROXY", "loopback,10.0.0.0/8,::1,fd00::/8", ["loopback", "10.0.0.0/8", "::1", "fd00::/8"]],
    ["ROUTE_RULES", "/products/:slug,/docs/*,/*", ["/products/:slug", "/docs/*", "/*"]],
    ["ROUTE_RULES", "/workspace/[id],/urn%3Aa/:b", ["/workspace/[id]", "/urn%3Aa/:b"]],
    ["FARO_FORWARD_URL", "http://127.0.0.1:8027/collect?x=1", "http://127.0.0.1:8027/collect?x=1"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.example/otlp", "https://otlp.example/otlp"],
    ["MAX_ROUTES", "1", 1],
    ["MAX_NEW_BUILDS_PER_DAY", "100000", 100_000],
    ["INGEST_BUFFER_SIZE", "32", 32],
    ["RAW_RETENTION_DAYS", "1", 1],
    ["HOURLY_RETENTION_DAYS", "3650", 3650],
    ["DAILY_RETENTION_DAYS", "36500", 36_500],
    ["MEASURE_COCKPIT", "false", false],
    ["GRAFANA_BASE_URL", "https://grafana.example", "https://grafana.example"],
    ["GRAFANA_BASE_URL", "http://127.0.0.1:3000/a/b//", "http://127.0.0.1:3000/a/b"],
    ["GRAFANA_ORG_ID", "12", "12"],
    ["GRAFANA_TRACES_DATASOURCE_UID", "P214B5B846CF3925F", "P214B5B846CF3925F"],
    ["GRAFANA_EXPLORE_FORMAT", "left", "left"],
    ["GRAFANA_ROUTE_ATTRIBUTE", ".http.target", ".http.target"],
    ["GRAFANA_ROUTE_ATTRIBUTE", 'span."my route"', 'span."my route"'],
    ["GRAFANA_ROUTE_BASE_PATH", "/shop/", "/shop"],
    ["GRAFANA_ROUTE_BASE_PATH", "/", ""],
    ["GRAFANA_TEMPO_VERSION", "2.10.8", "2.10.8"],
    ["GRAFANA_TEMPO_VERSION", "2.7", "2.7"],
    ["GRAFANA_TEMPO_VERSION", "3.1", "3.1"],
    ["GRAFANA_TEMPO_SEARCH_LIMIT", "336h", 1_209_600_000],
    ["GRAFANA_TEMPO_SEARCH_LIMIT", "0", 0],
    ["GRAFANA_TEMPO_METRICS_LIMIT", "3h0m0s", 10_800_000],
    ["GRAFANA_TEMPO_END_CUTOFF", "0s", 0],
    ["LOG_LEVEL", "silent", "silent"],
  ])("reads %s=%s", (name, text, value) => {
    expect(readEnvironment({ [name]: text })).toEqual({ ...DEFAULTS, [name]: value });
  });

  it.each<[string, string]>([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "http"],
    ["PORT", "3000.5"],
    ["PORT", "3e3"],
    ["BASE_PATH", "vitals"],
    ["BASE_PATH", "https://shop.example/vitals"],
    ["BASE_PATH", "//shop.example"],
    ["BASE_PATH", "/a/../b"],
    ["BASE_PATH", "/a b"],
    ["BASE_PATH", "/%76itals"],
    ["BASE_PATH", "/admin"],
    ["BASE_PATH", "/api/vitals"],
    ["SCRIPT_PATH", "/readings"],
    ["BEACON_PATH", "/vitals.js"],
    ["DATABASE_URL", "vitals.db"],
    ["DATABASE_URL", "file:"],
    ["DATABASE_URL", "mysql://db.example/vitals"],
    ["DATABASE_URL", "file:vitals.db?mode=ro"],
    ["DATABASE_URL", "file:100%.db"],
    ["DATABASE_URL", "file::memory:"],
    ["DATABASE_URL", "file:~/vitals.db"],
    ["DATABASE_URL", "file:./data/"],
    ["HOST", "http://0.0.0.0"],
    ["HOST", "localhost:3000"],
    ["HOST", "[::1]"],
    ["HOST", "*"],
    ["ALLOWED_ORIGINS", ","],
    ["ACCEPT_ENVIRONMENTS", ", ,"],
    ["ACCEPT_ENVIRONMENTS", "production;staging"],
    ["ACCEPT_ENVIRONMENTS", "production staging"],
    ["ACCEPT_ENVIRONMENTS", "[production]"],
    ["FARO_URL", "collector.example/collect"],
    ["FARO_URL", "ftp://collector.example/"],
    ["FARO_URL", "/collect"],
    ["FARO_FORWARD_URL", "ftp://collector.example/"],
    ["FARO_FORWARD_URL", "collector.example"],
    ["FARO_FORWARD_URL", "/collect"],
    ["FARO_FORWARD_URL", "https://user:password@collector.example/collect"],
    ["FARO_FORWARD_URL", "https://collector.example/collect#x"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.example/v1/traces"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_RESOURCE_ATTRIBUTES", "production"],
    ["OTEL_RESOURCE_ATTRIBUTES", "a=%zz"],
    ["ALLOWED_ORIGINS", "shop.example"],
    ["ALLOWED_ORIGINS", "https://shop.example/"],
    ["ALLOWED_ORIGINS", "*"],
    ["ALLOWED_ORIGINS", "https://Shop.example"],
    ["PROXY_USER_HEADER", "Remote User"],
    ["PROXY_USER_HEADER", "X-Forwarded-For"],
    ["PROXY_USER_HEADER", "cookie"],
    ["PROXY_USER_HEADER", "X-Proxy-User"],
    ["PROXY_USER_HEADER", "Sec-Fetch-Site"],
    ["METRICS_FROM_LOOPBACK", "yes"],
    ["TRUST_PROXY", "proxy.example"],
    ["TRUST_PROXY", "10.0.0.0/33"],
    ["TRUST_PROXY", "10.0.0.0/x"],
    ["TRUST_PROXY", "10.0.0.0/"],
    ["TRUST_PROXY", "true"],
    ["ROUTE_RULES", "products/:slug"],
    ["ROUTE_RULES", "/products?x"],
    ["ROUTE_RULES", "/a b"],
    ["ROUTE_RULES", "/a/*/b"],
    ["ROUTE_RULES", "/a/**"],
    ["ROUTE_RULES", "/a/{id}"],
    ["ROUTE_RULES", "/a/<id>"],
    ["ROUTE_RULES", "/a/$id"],
    ["ROUTE_RULES", "/a/[...rest]"],
    ["ROUTE_RULES", "/post-:id"],
    ["ROUTE_RULES", "/a;/b"],
    ["ROUTE_RULES", "https://shop.example/a"],
    ["MAX_ROUTES", "0"],
    ["MAX_NEW_BUILDS_PER_DAY", "0"],
    ["INGEST_BUFFER_SIZE", "31"],
    ["INGEST_BUFFER_SIZE", "1000000000000"],
    ["RAW_RETENTION_DAYS", "0"],
    ["RAW_RETENTION_DAYS", "7d"],
    ["HOURLY_RETENTION_DAYS", "0.5"],
    ["DAILY_RETENTION_DAYS", "forever"],
    ["MEASURE_COCKPIT", "yes"],
    ["MEASURE_COCKPIT", "True"],
    ["GRAFANA_BASE_URL", "grafana.example"],
    ["GRAFANA_BASE_URL", "ftp://grafana.example"],
    ["GRAFANA_BASE_URL", "https://grafana.example/?orgId=1"],
    ["GRAFANA_BASE_URL", "https://grafana.example/#a"],
    ["GRAFANA_BASE_URL", "https://a:b@grafana.example"],
    ["GRAFANA_BASE_URL", "https://"],
    ["GRAFANA_ORG_ID", "0"],
    ["GRAFANA_ORG_ID", "main"],
    ["GRAFANA_TRACES_DATASOURCE_UID", "my tempo"],
    ["GRAFANA_WORKER_DASHBOARD_UID", "a/b"],
    ["GRAFANA_RELEASES_DASHBOARD_UID", "a b"],
    ["GRAFANA_FRONTEND_APP_ID", "shop"],
    ["GRAFANA_EXPLORE_FORMAT", "right"],
    ["GRAFANA_ROUTE_ATTRIBUTE", "http.route"],
    ["GRAFANA_ROUTE_ATTRIBUTE", "span.http route"],
    ["GRAFANA_STATUS_ATTRIBUTE", "span.a } | b"],
    ["GRAFANA_ROUTE_BASE_PATH", "shop"],
    ["GRAFANA_ROUTE_BASE_PATH", "/shop/../admin"],
    ["GRAFANA_TEMPO_VERSION", "latest"],
    ["GRAFANA_TEMPO_VERSION", "3"],
    ["GRAFANA_TEMPO_VERSION", "2.6.1"],
    ["GRAFANA_TEMPO_VERSION", "v3.0"],
    ["GRAFANA_TEMPO_SEARCH_LIMIT", "7d"],
    ["GRAFANA_TEMPO_SEARCH_LIMIT", "5m"],
    ["GRAFANA_TEMPO_METRICS_LIMIT", "24"],
    ["GRAFANA_TEMPO_METRICS_LIMIT", "0h"],
    ["GRAFANA_TEMPO_END_CUTOFF", "-30s"],
    ["LOG_LEVEL", "verbose"],
  ])("rejects %s=%s, with its name and value", (name, text) => {
    const read = () => readEnvironment({ [name]: text });
    expect(read).toThrow(EnvironmentError);
    const escaped = text.replace(/[^\w]/g, "\\$&");
    expect(read).toThrow(new RegExp(`^${name} .*${escaped}`));
  });

  it.each([
    "m.js",
    "/",
    "/m/",
    "//cdn.example/m.js",
    "https://cdn.example/m.js",
    "/a/../m.js",
    "/m.js?v=1",
    "/m.js#a",
    "/m n",
    "/%6d.js",
    "/Admin",
    "/admin/x",
    "/login",
    "/logout",
    "/metrics",
    "/healthz",
    "/api/m",
    "/build/m.js",
    "/collect",
    "/v1/logs",
    "/vitals",
    "/vitals/m.js",
    "/__manifest",
    "/robots.txt",
  ])("rejects the script's and the endpoint's path %s", (path) => {
    expect(() => readEnvironment({ SCRIPT_PATH: path })).toThrow(/^SCRIPT_PATH must /);
    expect(() => readEnvironment({ BEACON_PATH: path })).toThrow(/^BEACON_PATH must /);
  });

  it("rejects a proxy's header without the proxies that may send it", () => {
    const PROXY_USER_HEADER = "Remote-User";
    expect(() => readEnvironment({ PROXY_USER_HEADER })).toThrow(/^PROXY_USER_HEADER needs TRUST_PROXY/);
    expect(readEnvironment({ PROXY_USER_HEADER, TRUST_PROXY: "10.0.0.5" })).toMatchObject({
      PROXY_USER_HEADER,
    });
  });

  it("rejects the same path for the script and the endpoint", () => {
    const read = () => readEnvironment({ SCRIPT_PATH: "/m", BEACON_PATH: "/m" });
    expect(read).toThrow(/^SCRIPT_PATH and BEACON_PATH must differ\.$/);
  });

  it.each(["/base", "/base/m"])("rejects the path %s that contains BASE_PATH", (path) => {
    const read = (name: string) => () => readEnvironment({ BASE_PATH: "/base", [name]: path });
    expect(read("SCRIPT_PATH")).toThrow(/^SCRIPT_PATH must not contain BASE_PATH, which is put before it\.$/);
    expect(read("BEACON_PATH")).toThrow(/^BEACON_PATH must not contain BASE_PATH/);
    expect(() => readEnvironment({ BASE_PATH: "/base", SCRIPT_PATH: "/based" })).not.toThrow();
  });

  it.each(
    ENVIRONMENT_VARIABLES.map(({ name }) => name),
  )("rejects %s with quotes around its value", (name) => {
    for (const text of ['"value"', "'value'"]) {
      const read = () => readEnvironment({ [name]: text });
      expect(read).toThrow(new RegExp(`^${name} has quotes around its value; leave them out\\.$`));
    }
  });

  it.each([
    ["ALLOWED_ORIGIN", "ALLOWED_ORIGINS"],
    ["ALLOWED_ORIGNS", "ALLOWED_ORIGINS"],
    ["allowed_origins", "ALLOWED_ORIGINS"],
    ["DATABASE_URI", "DATABASE_URL"],
    ["ADMIN_PASSWROD", "ADMIN_PASSWORD"],
    ["ADMIN_API_TOKENS", "ADMIN_API_TOKEN"],
    ["RAW_RETENTION_DAY", "RAW_RETENTION_DAYS"],
    ["MAX_ROUTE", "MAX_ROUTES"],
    ["GRAFANA_BASEURL", "GRAFANA_BASE_URL"],
  ])("rejects %s, similar to %s, unless that is set", (name, meant) => {
    const read = (more = {}) => readEnvironment({ [name]: "7", ...more });
    expect(read).toThrow(new RegExp(`^${name} is no variable of the cockpit; ${meant} is\\.$`));
    const good = meant === "DATABASE_URL" ? { DATABASE_URL: "file:a.db" } : null;
    if (good !== null) expect(() => read(good)).not.toThrow();
  });

  it("reports all problems at once, one per line", () => {
    const read = () => readEnvironment({ PORT: "x", MAX_ROUTES: "0", LOG_LEVEL: "loud", HOST: "localhost" });
    expect(read).toThrow(/^PORT [^\n]+\.\nMAX_ROUTES [^\n]+\.\nLOG_LEVEL [^\n]+\.$/);
  });

  it("truncates long values, and escapes line breaks", () => {
    expect(() => readEnvironment({ LOG_LEVEL: "x".repeat(10_000) })).toThrow(/^.{1,300}$/);
    expect(() => readEnvironment({ LOG_LEVEL: "a\nb\u001b[31m" })).toThrow(/^\P{Cc}+$/u);
  });

  it("never repeats a secret", () => {
    for (const { name } of ENVIRONMENT_VARIABLES.filter((one) =>
      /(?:TOKEN|PASSWORD|SECRET|KEY)$/.test(one.name),
    )) {
      try {
        readEnvironment({ [name]: "s3cr3t", PORT: "x" });
      } catch (error) {
        expect((error as Error).message).not.toContain("s3cr3t");
      }
    }
  });

  it("describes every variable, with a valid default", () => {
    for (const { name, default: fallback, description } of ENVIRONMENT_VARIABLES) {
      expect(description, name).toMatch(/^\S.*\.$/s);
      if (fallback !== null) expect(() => readEnvironment({ [name]: fallback })).not.toThrow();
    }
  });
});
