import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frontendDashboardUrl, workerDashboardUrl } from "../../../app/grafana/dashboard-links";
import { grafanaView } from "../../../app/grafana/grafana-view";
import { logsUrl, profilesUrl, sessionsUrl } from "../../../app/grafana/signal-links";
import {
  drilldownUrl,
  failingTracesUrl,
  latencyByVersionUrl,
  slowTracesUrl,
} from "../../../app/grafana/trace-links";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import {
  type Condition,
  drilldownTraceQl,
  matches,
  parseAdHocFilters,
  parseExplore,
  parseMatchers,
  parseParams,
  parseTraceQl,
  pathBelow,
  rangeOf,
} from "../../support/grafana";
import { examples } from "../../support/measurements";
import { aView, BASE, type Case, grafanaConfig, NOW } from "./arbitraries";

const CONFIG = grafanaConfig();

/** Every example in both of Explore's formats. */
const forEachView = (check: (one: Case, config: typeof CONFIG) => void): void =>
  fc.assert(
    fc.property(aView(), fc.constantFrom("panes" as const, "left" as const), (one, exploreFormat) =>
      check(one, grafanaConfig({ exploreFormat })),
    ),
    examples(500),
  );

const equals = (name: string, value: string | null): Condition[] =>
  value === null ? [] : [{ name, operator: "=", value }];

const server = ({ query: { route, release } }: Case): Condition[] => [
  { name: "kind", operator: "=", value: "server" },
  ...equals("resource.service.name", "shop-web"),
  ...equals("resource.service.version", release),
  ...equals("span.http.route", route),
];

describe("every link", () => {
  it("contains no character that ends a link in Markdown", () => {
    const config = grafanaConfig();
    for (const route of ["/a)b", "/(a", "/a'b!*~[c]<d>"]) {
      const view = grafanaView({ ...DEFAULT_QUERY, route, release: "1)" }, NOW);
      const urls = [
        slowTracesUrl(config, view, 1),
        failingTracesUrl(config, view),
        latencyByVersionUrl(config, view),
        drilldownUrl(config, view),
        logsUrl(config, view),
        profilesUrl(config, view),
        sessionsUrl(config, view),
        frontendDashboardUrl(config, view),
        workerDashboardUrl(config, view),
      ];
      for (const url of urls) if (url !== null) expect(url).not.toMatch(/[!'()*~<>[\]]/);
    }
  });
});

describe("Explore on traces", () => {
  it("slowTracesUrl has the route, release, range and threshold", () => {
    forEachView((one, config) => {
      const url = slowTracesUrl(config, grafanaView(one.query, NOW), 1_234.4);
      expect(pathBelow(url, BASE)).toBe("/explore");
      expect(parseParams(url).orgId).toBe("3");
      const { datasource, query, range } = parseExplore(url);
      expect(range).toEqual(one.expected);
      expect(datasource).toBe("tempo-uid");
      expect(query).toMatchObject({ queryType: "traceql", datasource: { type: "tempo", uid: "tempo-uid" } });
      const { conditions, rest } = parseTraceQl(String(query.query));
      expect(conditions).toEqual([...server(one), { name: "duration", operator: ">", value: "1234ms" }]);
      expect(rest).toBe("| select(span.http.route, span.http.response.status_code, span.url.path)");
    });
  });

  it("failingTracesUrl has the status of an error", () => {
    forEachView((one, config) => {
      const { query, range } = parseExplore(failingTracesUrl(config, grafanaView(one.query, NOW)));
      expect(range).toEqual(one.expected);
      expect(parseTraceQl(String(query.query)).conditions).toEqual([
        ...server(one),
        { name: "status", operator: "=", value: "error" },
      ]);
    });
  });

  it("latencyByVersionUrl has the p95 over time of all versions", () => {
    forEachView((one, config) => {
      const { query, range } = parseExplore(latencyByVersionUrl(config, grafanaView(one.query, NOW)));
      expect(range).toEqual(one.expected);
      expect(query.metricsQueryType).toBe("range");
      const { conditions, rest } = parseTraceQl(String(query.query));
      expect(conditions).toEqual(server({ ...one, query: { ...one.query, release: null } }));
      expect(rest).toBe("| quantile_over_time(duration, 0.95) by (resource.service.version)");
    });
  });

  it("equals the example of Grafana's documentation", () => {
    const view = grafanaView(
      {
        ...DEFAULT_QUERY,
        route: "/workspace/[id]",
        release: "1.42.0",
        from: 1_795_392_000_000,
        to: 1_795_395_600_000,
      },
      1_795_400_000_000,
    );
    const config = grafanaConfig({ orgId: "1" });
    expect(slowTracesUrl(config, view, 800)).toBe(
      "https://grafana.example.com/grafana/explore?schemaVersion=1&panes=%7B%22wvc%22%3A%7B%22datasource%22%3A%22tempo-uid%22%2C%22queries%22%3A%5B%7B%22refId%22%3A%22A%22%2C%22datasource%22%3A%7B%22type%22%3A%22tempo%22%2C%22uid%22%3A%22tempo-uid%22%7D%2C%22queryType%22%3A%22traceql%22%2C%22query%22%3A%22%7B%20kind%20%3D%20server%20%26%26%20resource.service.name%20%3D%20%5C%22shop-web%5C%22%20%26%26%20resource.service.version%20%3D%20%5C%221.42.0%5C%22%20%26%26%20span.http.route%20%3D%20%5C%22%2Fworkspace%2F%5Bid%5D%5C%22%20%26%26%20duration%20%3E%20800ms%20%7D%20%7C%20select%28span.http.route%2C%20span.http.response.status_code%2C%20span.url.path%29%22%2C%22limit%22%3A50%2C%22spss%22%3A3%2C%22tableType%22%3A%22spans%22%2C%22filters%22%3A%5B%5D%7D%5D%2C%22range%22%3A%7B%22from%22%3A%221795392000000%22%2C%22to%22%3A%221795395600000%22%7D%7D%7D&orgId=1",
    );
  });
});

describe("Traces Drilldown", () => {
  it("has the route, release and range, and is null when no filter can express them", () => {
    let left = 0;
    fc.assert(
      fc.property(aView(), (one) => {
        const url = drilldownUrl(CONFIG, grafanaView(one.query, NOW));
        if (url === null) {
          left += 1;
          return;
        }
        const params = parseParams(url);
        expect(pathBelow(url, BASE)).toBe("/a/grafana-exploretraces-app/explore");
        expect(rangeOf(params)).toEqual(one.expected);
        expect(params).toMatchObject({
          "var-ds": "tempo-uid",
          "var-primarySignal": "kind=server",
          "var-metric": "duration",
          actionView: "traceList",
        });
        const filters = parseAdHocFilters(params["var-filters"]).map(drilldownTraceQl);
        expect(parseTraceQl(`{ kind = server && ${filters.join(" && ")} }`).conditions).toEqual(server(one));
      }),
      examples(500),
    );
    expect(left).toBeLessThan(50);
  });

  it.each(["true", "false", '"1.42"', "'7'", "a__gfp__b"])("is null for %s", (release) => {
    expect(drilldownUrl(CONFIG, grafanaView({ ...DEFAULT_QUERY, release }, NOW))).toBeNull();
  });

  it("is null for a Grafana that is too old", () => {
    expect(
      drilldownUrl(grafanaConfig({ exploreFormat: "left" }), grafanaView(DEFAULT_QUERY, NOW)),
    ).toBeNull();
  });
});

describe("dashboards", () => {
  it("have the route, release and range in their variables", () => {
    forEachView((one, config) => {
      const { route, release } = one.query;
      for (const [build, path, service] of [
        [frontendDashboardUrl, "/d/faro-web-app", "shop-web"],
        [workerDashboardUrl, "/d/worker-overview", "shop-worker"],
      ] as const) {
        const url = build(config, grafanaView(one.query, NOW));
        const params = parseParams(url);
        expect(pathBelow(url, BASE)).toBe(path);
        expect(rangeOf(params)).toEqual(one.expected);
        expect(params["var-service"]).toBe(service);
        // Grafana makes text of a boolean again.
        const text = (value: unknown) => (value === undefined ? null : String(value));
        expect(text(params["var-version"])).toBe(release);
        expect(text(params["var-route"])).toBe(route);
      }
    });
  });

  it("encode a uid as one segment of the path", () => {
    const url = workerDashboardUrl(
      grafanaConfig({ workerDashboardUid: "a.b_c-d é" }),
      grafanaView(DEFAULT_QUERY, NOW),
    );
    expect(new URL(url).pathname).toBe("/grafana/d/a.b_c-d%20%C3%A9");
  });
});

describe("logs and profiles", () => {
  const others = ["x", "/a", "1x42"];
  const check = (condition: Condition | undefined, value: string | null): void => {
    if (value === null) {
      expect(condition).toBeUndefined();
      return;
    }
    if (condition === undefined) throw new Error("The condition is missing.");
    expect(matches(condition, value)).toBe(true);
    expect(matches(condition, "")).toBe(true);
    for (const other of [...others, `${value}x`, value.slice(1) || "y"]) {
      expect(matches(condition, other)).toBe(other === value);
    }
  };
  const named = (conditions: Condition[], name: string) => conditions.find((one) => one.name === name);

  it("have the route, release and range, and include absent labels", () => {
    forEachView((one, config) => {
      const view = grafanaView(one.query, NOW);
      const logs = parseExplore(logsUrl(config, view) ?? "");
      const profiles = parseExplore(profilesUrl(config, view) ?? "");
      expect([logs.datasource, profiles.datasource]).toEqual(["loki-uid", "pyroscope-uid"]);
      for (const [{ range }, text] of [
        [logs, String(logs.query.expr)],
        [profiles, String(profiles.query.labelSelector)],
      ] as const) {
        expect(range).toEqual(one.expected);
        const conditions = parseMatchers(text);
        expect(named(conditions, "service_name")).toMatchObject({ operator: "=", value: "shop-web" });
        check(named(conditions, "service_version"), one.query.release);
        check(named(conditions, "http_route"), one.query.route);
      }
    });
  });

  it("are null without their data sources", () => {
    const view = grafanaView(DEFAULT_QUERY, NOW);
    expect(logsUrl(grafanaConfig({ logsUid: null }), view)).toBeNull();
    expect(profilesUrl(grafanaConfig({ profilesUid: null }), view)).toBeNull();
    expect(sessionsUrl(grafanaConfig({ frontendAppId: null }), view)).toBeNull();
  });

  it("select all services by a matcher that Loki accepts", () => {
    const view = grafanaView(DEFAULT_QUERY, NOW);
    const all = grafanaConfig({ serviceName: null });
    expect(parseExplore(logsUrl(all, view) ?? "").query.expr).toBe('{service_name=~".+"}');
    expect(parseExplore(profilesUrl(all, view) ?? "").query.labelSelector).toBe("{}");
  });
});

describe("sessions of Frontend Observability", () => {
  it("have the range", () => {
    forEachView((one, config) => {
      const url = sessionsUrl(config, grafanaView(one.query, NOW)) ?? "";
      expect(pathBelow(url, BASE)).toBe("/a/grafana-kowalski-app/apps/77/sessions");
      expect(rangeOf(parseParams(url))).toEqual(one.expected);
    });
  });
});
