import { describe, expect, it } from "vitest";
import { observabilityConfig } from "../../../app/observability/observability-config";
import { readEnvironment } from "../../../app/platform/env.server";

const configOf = (env: Record<string, string>) => observabilityConfig(readEnvironment(env));

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
    });
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
