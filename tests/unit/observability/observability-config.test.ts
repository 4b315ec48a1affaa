import { describe, expect, it } from "vitest";
import { tempo } from "../../../app/grafana/tempo";
import { observabilityConfig } from "../../../app/observability/observability-config";
import { readEnvironment } from "../../../app/platform/env.server";
import { DAY } from "../../../app/vitals/time";

const configOf = (env: Record<string, string>) => observabilityConfig(readEnvironment(env));

const LIMITS = { search: 7 * DAY, metrics: null, endCutoff: 30_000 };
const [TEMPO_3, TEMPO_2] = [tempo("3.0", LIMITS), tempo("2.10.8", LIMITS)];

describe("observabilityConfig without GRAFANA_BASE_URL", () => {
  it("has no Grafana, whatever else is set", () => {
    const { grafana, releaseAnnotations } = configOf({
      GRAFANA_SERVICE_NAME: "shop-web",
      GRAFANA_LOGS_DATASOURCE_UID: "loki",
      GRAFANA_SERVICE_ACCOUNT_TOKEN: "glsa_x",
    });
    expect({ grafana, releaseAnnotations }).toEqual({ grafana: null, releaseAnnotations: null });
  });
});

describe("observabilityConfig with GRAFANA_BASE_URL only", () => {
  it("has defaults and nulls for the rest", () => {
    expect(configOf({ GRAFANA_BASE_URL: "https://grafana.example/grafana/" }).grafana).toEqual({
      baseUrl: "https://grafana.example/grafana",
      orgId: null,
      tracesUid: "tempo",
      logsUid: null,
      profilesUid: null,
      frontendDashboardUid: "faro-web-app",
      workerDashboardUid: "worker-overview",
      releasesDashboardUid: "web-vitals-by-release",
      frontendAppId: null,
      serviceName: null,
      workerServiceName: null,
      exploreFormat: "panes",
      attributes: {
        service: "resource.service.name",
        version: "resource.service.version",
        route: "span.http.route",
        status: "span.http.response.status_code",
        path: "span.url.path",
      },
      routeBase: [],
      tempo: TEMPO_3,
    });
  });

  it("has the limits of the version of Tempo, unless others are set", () => {
    const tempoOf = (env: Record<string, string>) =>
      configOf({ GRAFANA_BASE_URL: "https://grafana.example", ...env }).grafana?.tempo;
    expect(tempoOf({ GRAFANA_TEMPO_VERSION: "2.10.8" })).toEqual(TEMPO_2);
    expect(
      tempoOf({
        GRAFANA_TEMPO_SEARCH_LIMIT: "0",
        GRAFANA_TEMPO_METRICS_LIMIT: "72h0m0s",
        GRAFANA_TEMPO_END_CUTOFF: "0s",
      }),
    ).toMatchObject({ longestSearch: null, longestMetrics: 3 * DAY, endCutoff: 0 });
  });

  it("has the base path as parts of a route", () => {
    const { grafana } = configOf({
      GRAFANA_BASE_URL: "https://g.example",
      GRAFANA_ROUTE_BASE_PATH: "/shop/app/",
    });
    expect(grafana?.routeBase).toEqual([
      { kind: "text", text: "shop" },
      { kind: "text", text: "app" },
    ]);
  });

  it.each([
    ["https://shop.grafana.net", "grafanacloud-traces"],
    ["https://SHOP.GRAFANA.NET/", "grafanacloud-traces"],
    ["https://grafana.net.example", "tempo"],
    ["https://notgrafana.net", "tempo"],
    ["https://grafana.example", "tempo"],
  ])("has for %s the trace data source %s", (url, uid) => {
    expect(configOf({ GRAFANA_BASE_URL: url }).grafana?.tracesUid).toBe(uid);
  });
});

describe("notifications", () => {
  const of = (env: Record<string, string>) => configOf(env).notifications;
  const NOTIFY_WEBHOOK_URL = "https://hooks.example/x?sig=1";

  it("needs a webhook, and is absent in a demo", () => {
    expect(of({})).toBeNull();
    expect(of({ NOTIFY_WEBHOOK_URL, DEMO: "true" })).toBeNull();
    expect(of({ NOTIFY_WEBHOOK_URL })).toEqual({
      webhook: { url: NOTIFY_WEBHOOK_URL, format: "json" },
      address: "",
    });
  });

  it.each([
    [{ PUBLIC_URL: "https://vitals.example/" }, "https://vitals.example"],
    [{ PUBLIC_URL: "https://shop.example", BASE_PATH: "/vitals" }, "https://shop.example/vitals"],
    [{ PUBLIC_URL: "https://shop.example/vitals/", BASE_PATH: "/vitals" }, "https://shop.example/vitals"],
    [{ BASE_PATH: "/vitals" }, "/vitals"],
  ])("begins links with the public address and the base path: %o", (env, address) => {
    expect(of({ NOTIFY_WEBHOOK_URL, ...env })?.address).toBe(address);
  });

  it("refuses a wrong format, address or webhook by its name, without the webhook's secret", () => {
    expect(() => of({ NOTIFY_FORMAT: "discord" })).toThrow(/NOTIFY_FORMAT must be json, slack or teams/);
    expect(() => of({ PUBLIC_URL: "vitals.example" })).toThrow(/PUBLIC_URL must be a URL/);
    expect(() => of({ PUBLIC_URL: "https://vitals.example/?a=1" })).toThrow(/PUBLIC_URL must be an address/);
    expect(() => of({ NOTIFY_WEBHOOK_URL: "hooks.example/T0SECRET" })).toThrow(
      /^NOTIFY_WEBHOOK_URL must be a URL(?!.*SECRET)/,
    );
  });
});
