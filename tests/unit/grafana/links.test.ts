import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frontendDashboardUrl, workerDashboardUrl } from "../../../app/grafana/dashboard-links";
import type { GrafanaConfig } from "../../../app/grafana/grafana-config";
import { grafanaView } from "../../../app/grafana/grafana-view";
import { routeCondition } from "../../../app/grafana/route-condition";
import { routePattern } from "../../../app/grafana/route-patterns";
import { knownRoutes } from "../../../app/grafana/siblings";
import { logsUrl, profilesUrl, sessionsUrl } from "../../../app/grafana/signal-links";
import { tempo } from "../../../app/grafana/tempo";
import {
  drilldownUrl,
  failingTracesUrl,
  latencyByVersionUrl,
  slowTracesUrl,
} from "../../../app/grafana/trace-links";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import { DAY, MINUTE } from "../../../app/vitals/time";
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
import { aRoute, NOTATIONS, someNames } from "../../support/route-notations";
import { aView, BASE, type Case, grafanaConfig, NOW, TEMPO_2, TEMPO_2_9 } from "./arbitraries";

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

/** The conditions of a view, without those on its route. */
const server = ({ query: { release } }: Case): Condition[] => [
  { name: "kind", operator: "=", value: "server" },
  { name: "kind", operator: "=", value: "internal" },
  { name: "name", operator: "=", value: "sveltekit.handle.root" },
  { name: "span.http.route", operator: "=~", value: ".+" },
  ...equals("resource.service.name", "shop-web"),
  ...equals("resource.service.version", release),
];

/** Conditions in front of and behind those on the route, which the query must contain as they are. */
function check(query: unknown, one: Case, config: GrafanaConfig, ...behind: Condition[]): string {
  const text = String(query);
  const { conditions, rest } = parseTraceQl(text);
  const before = server(one);
  expect(conditions.slice(0, before.length)).toEqual(before);
  expect(conditions.slice(conditions.length - behind.length)).toEqual(behind);
  const { route, known } = grafanaView(one.query, NOW);
  if (route === null) expect(conditions).toHaveLength(before.length + behind.length);
  else expect(text).toContain(` && ${routeCondition(config, { route, known })} `);
  return rest;
}

/** The times that a search has: the last 7 days of the view, until half a minute ago. */
function searched({ from, to }: Case["expected"]): Case["expected"] {
  if (typeof from === "number" && typeof to === "number") {
    return { from: Math.max(from, to - 7 * DAY), to };
  }
  return { from: from === "now-30d" || from === "now-90d" ? "now-7d" : from, to: "now-30s" };
}

/** The times that metrics have: the last day of the view, without the two steps that Tempo adds. */
function drawn({ from, to }: Case["expected"]): Case["expected"] {
  if (typeof from === "number" && typeof to === "number") {
    return { from: Math.max(from, to - DAY + 2 * MINUTE), to };
  }
  return { from: from === "now-1h" || from === "now-6h" ? from : "now-1438m", to: "now-30s" };
}

const COLUMNS =
  "| select(span.http.route, span.http.response.status_code, span.url.path, span.http.status_code, span.http.target)";

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
      expect(url.length).toBeLessThan(80_000);
      const { datasource, query, range } = parseExplore(url);
      expect(range).toEqual(searched(one.expected));
      expect(datasource).toBe("tempo-uid");
      expect(query).toMatchObject({ queryType: "traceql", datasource: { type: "tempo", uid: "tempo-uid" } });
      const rest = check(query.query, one, config, { name: "duration", operator: ">", value: "1234ms" });
      expect(rest).toBe(`${COLUMNS} with (most_recent=true)`);
      expect(Buffer.byteLength(String(query.query))).toBeLessThan(131_072);
    });
  });

  it("failingTracesUrl has the status of an error", () => {
    forEachView((one, config) => {
      const { query, range } = parseExplore(failingTracesUrl(config, grafanaView(one.query, NOW)));
      expect(range).toEqual(searched(one.expected));
      check(query.query, one, config, { name: "status", operator: "=", value: "error" });
    });
  });

  it("latencyByVersionUrl has the average over time of all versions, in less than a day", () => {
    forEachView((one, config) => {
      const { query, range } = parseExplore(latencyByVersionUrl(config, grafanaView(one.query, NOW)));
      expect(range).toEqual(drawn(one.expected));
      expect(query).toMatchObject({ metricsQueryType: "range", step: "1m" });
      const rest = check(query.query, { ...one, query: { ...one.query, release: null } }, config);
      expect(rest).toBe("| avg_over_time(duration) by (resource.service.version)");
    });
  });

  it("has a length that servers accept as a URL, for any usual route and its siblings", () => {
    fc.assert(
      fc.property(aRoute, someNames, fc.constantFrom(TEMPO_2, TEMPO_2_9), (parts, names, tempo) => {
        const routes = NOTATIONS.flatMap(({ print }) => print(parts, names) ?? []);
        const siblings = Array.from({ length: 30 }, (_, i) =>
          `${routes[0]}/a-longer-sibling-${i}`.replace("//", "/"),
        );
        const known = knownRoutes([...routes, ...siblings, "/a-page/a-longer-sibling/settings"]);
        for (const route of routes) {
          const view = grafanaView({ ...DEFAULT_QUERY, route, release: "2.4.1" }, NOW, known);
          expect(slowTracesUrl(grafanaConfig({ tempo }), view, 800).length, route).toBeLessThan(8_192);
        }
      }),
      examples(200),
    );
  });

  it("has what older versions of Tempo understand", () => {
    const view = grafanaView({ ...DEFAULT_QUERY, route: "/workspace/[id]", range: "24h" }, NOW);
    const [older, oldest] = [
      TEMPO_2,
      tempo("2.7.2", { search: 7 * DAY, metrics: null, endCutoff: 30_000 }),
    ].map((one) => grafanaConfig({ tempo: one }));
    if (older === undefined || oldest === undefined) throw new Error("unreachable");
    expect(parseExplore(latencyByVersionUrl(older, view)).range).toEqual({ from: "now-178m", to: "now-30s" });
    expect(slowTracesUrl(older, view, 1)).toContain("most_recent");
    expect(slowTracesUrl(oldest, view, 1)).not.toContain("most_recent");
  });

  it("is a search without a route for all of them", () => {
    const view = grafanaView({ ...DEFAULT_QUERY, release: "1.42.0" }, 1_795_400_000_000);
    const { query } = parseExplore(slowTracesUrl(grafanaConfig(), view, 800));
    expect(query.query).toBe(
      `{ (kind = server || (kind = internal && name = "sveltekit.handle.root" && span.http.route =~ ".+")) && resource.service.name = "shop-web" && resource.service.version = "1.42.0" && duration > 800ms } ${COLUMNS} with (most_recent=true)`,
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
        expect(rangeOf(params)).toEqual(drawn(one.expected));
        expect(params).toMatchObject({
          "var-ds": "tempo-uid",
          "var-primarySignal": "kind=server",
          "var-metric": "duration",
          actionView: "traceList",
        });
        const filters = parseAdHocFilters(params["var-filters"]).map(drilldownTraceQl);
        const { route, release } = one.query;
        expect(parseTraceQl(`{ kind = server && ${filters.join(" && ")} }`).conditions).toEqual([
          { name: "kind", operator: "=", value: "server" },
          ...equals("resource.service.name", "shop-web"),
          ...equals("resource.service.version", release),
          ...(route === null
            ? []
            : [
                {
                  name: "span.http.route",
                  operator: "=~",
                  value: routePattern({ text: route, parts: parseRoute(route) }, []),
                },
              ]),
        ]);
      }),
      examples(500),
    );
    expect(left).toBeLessThan(50);
  });

  it("has no longer range than Tempo searches, where that is less than its metrics have", () => {
    const view = grafanaView({ ...DEFAULT_QUERY, range: "30d" }, NOW);
    const opened = (search: number, metrics: number) => {
      const limits = tempo("3.0", { search, metrics, endCutoff: 30_000 });
      return rangeOf(parseParams(drilldownUrl(grafanaConfig({ tempo: limits }), view) ?? ""));
    };
    // Without a limit (0) of metrics, and without any.
    expect(opened(2 * DAY, 0)).toEqual({ from: "now-2876m", to: "now-30s" });
    expect(opened(0, 0)).toEqual({ from: "now-30d", to: "now-30s" });
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
        const pattern = text(params["var-route_pattern"]);
        if (route === null) expect(pattern).toBeNull();
        else expect(route.replaceAll("`", ".")).toMatch(new RegExp(`^(?:${pattern})$`, "su"));
      }
    });
  });

  it("have the paths of the route, and those of other routes", () => {
    const known = knownRoutes(["/workspace/new", "/workspace/[id]", "/team/[id]"]);
    const view = grafanaView({ ...DEFAULT_QUERY, route: "/workspace/[id]" }, NOW, known);
    expect(parseParams(frontendDashboardUrl(CONFIG, view))).toMatchObject({
      "var-path_pattern": "/workspace/[^/?]+/?",
      "var-other_paths": "/workspace/new/?",
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
  const named = (conditions: Condition[], name: string) => conditions.filter((one) => one.name === name);
  const accepts = (conditions: Condition[], name: string, label: string): boolean =>
    named(conditions, name).every((one) => matches(one, label));

  /** Both links' conditions on labels. */
  function conditionsOf(one: Case, config: GrafanaConfig, known: string[] = []): Condition[][] {
    const view = grafanaView(one.query, NOW, knownRoutes(known));
    const logs = parseExplore(logsUrl(config, view) ?? "");
    const profiles = parseExplore(profilesUrl(config, view) ?? "");
    expect([logs.datasource, profiles.datasource]).toEqual(["loki-uid", "pyroscope-uid"]);
    return [
      [logs.range, String(logs.query.expr)] as const,
      [profiles.range, String(profiles.query.labelSelector)] as const,
    ].map(([range, text]) => {
      expect(range).toEqual(one.expected);
      return parseMatchers(text);
    });
  }

  it("have the route, release and range, and include absent labels", () => {
    forEachView((one, config) => {
      const { route, release } = one.query;
      for (const conditions of conditionsOf(one, config)) {
        expect(named(conditions, "service_name")).toMatchObject([{ operator: "=", value: "shop-web" }]);
        for (const [name, value] of [
          ["service_version", release],
          ["http_route", route],
        ] as const) {
          if (value === null) expect(named(conditions, name)).toEqual([]);
          else expect(["", value].map((label) => accepts(conditions, name, label))).toEqual([true, true]);
        }
        if (release !== null) expect(accepts(conditions, "service_version", `${release}x`)).toBe(false);
        if (route !== null && parseRoute(route)?.length !== 0)
          expect(accepts(conditions, "http_route", "/an/other/r")).toBe(route === "/an/other/r");
      }
    });
  });

  it("have the route in any notation, and no other known one", () => {
    const query = { ...DEFAULT_QUERY, route: "/files/[name]" };
    const one = { query, expected: { from: "now-24h", to: "now" } };
    for (const conditions of conditionsOf(one, CONFIG, ["/files/:name.json", "/files/[...path]"])) {
      const labels = [
        "/files/:name",
        "/files/{name}",
        "/files/<name>/",
        "/files/:name.json",
        "/files/*",
        "/files/new",
      ];
      expect(labels.map((label) => accepts(conditions, "http_route", label))).toEqual([
        true,
        true,
        true,
        false,
        false,
        false,
      ]);
    }
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
