import { parser as logQl } from "@grafana/lezer-logql";
import { parser as traceQl } from "@grafana/lezer-traceql";
import { parser as promQl } from "@prometheus-io/lezer-promql";
import { describe, expect, it } from "vitest";
import { frontendDashboardUrl } from "../../../app/grafana/dashboard-links";
import type { Dashboard } from "../../../app/grafana/dashboards/dashboard";
import { frontendDashboard } from "../../../app/grafana/dashboards/frontend-dashboard";
import { releasesDashboard } from "../../../app/grafana/dashboards/releases-dashboard";
import { workerDashboard } from "../../../app/grafana/dashboards/worker-dashboard";
import { grafanaView } from "../../../app/grafana/grafana-view";
import { knownRoutes } from "../../../app/grafana/siblings";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { parseParams } from "../../support/grafana";
import { grafanaConfig, NOW } from "./arbitraries";

type Panel = {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: Array<{
    refId: string;
    datasource: { type: string; uid: string };
    expr?: string;
    query?: string;
  }>;
};
type Variable = {
  name: string;
  type: string;
  current: { value?: string };
  allValue?: string;
  regex?: string;
};

const panelsOf = (dashboard: Dashboard) => dashboard.panels as Panel[];
const variablesOf = (dashboard: Dashboard) => (dashboard.templating as { list: Variable[] }).list;
const targetsOf = (dashboard: Dashboard) => panelsOf(dashboard).flatMap(({ targets = [] }) => targets);

/** Lodash's, as Grafana formats a variable with `:regex`. */
const regex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** What the variables that are interpolated as they are hold by default. */
const RAW: Partial<Record<string, string>> = {
  streams: 'service_name=~".+"',
  route_pattern: ".*",
  path_pattern: ".*",
  other_paths: "-",
};

/** A query as Grafana sends it, once its variables have these values; without one, it is all. */
const interpolated = (query: string, values: Partial<Record<string, string>>): string =>
  query
    .replace(/\$\{(\w+):regex\}/g, (_, name: string) => {
      const value = values[name];
      return value === undefined ? ".*" : regex(value);
    })
    .replace(/\$\{(\w+):raw\}/g, (_, name: string) => values[name] ?? RAW[name] ?? "")
    .replaceAll("$__rate_interval", "1m")
    .replaceAll("$__interval", "1m");

/** Grafana's own grammars for the editors of these languages. */
const GRAMMARS = { loki: logQl, tempo: traceQl, prometheus: promQl } as const;

function errorsIn(type: string, query: string): number {
  let errors = 0;
  GRAMMARS[type as keyof typeof GRAMMARS].parse(query).iterate({
    enter: ({ type: { isError } }) => {
      if (isError) errors += 1;
    },
  });
  return errors;
}

const SERVICES: Array<[string, Dashboard, string]> = [
  ["of the frontend", frontendDashboard(grafanaConfig()), "shop-web"],
  ["of the worker", workerDashboard(grafanaConfig()), "shop-worker"],
];

const DASHBOARDS: Array<[string, Dashboard, string]> = [
  ["of the frontend", frontendDashboard(grafanaConfig()), "faro-web-app"],
  ["of the worker", workerDashboard(grafanaConfig()), "worker-overview"],
  ["of the releases", releasesDashboard(grafanaConfig()), "web-vitals-by-release"],
];

describe.each(SERVICES)("the dashboard %s", (_, dashboard, service) => {
  it("has the variables that links set", () => {
    const variables = variablesOf(dashboard);
    for (const name of ["service", "version", "route_pattern"]) {
      expect(variables.find((one) => one.name === name)?.allValue).toBe(".*");
    }
    expect(variables.find(({ name }) => name === "service")?.current.value).toBe(service);
    expect(variables.find(({ name }) => name === "tempo")?.current.value).toBe("tempo-uid");
    for (const name of ["path_pattern", "other_paths"]) {
      expect(variables.find((one) => one.name === name)).toMatchObject({
        hide: 2,
        current: { value: RAW[name] },
      });
    }
  });

  it("has the variables of a link in every query by route", () => {
    const texts = targetsOf(dashboard).map(({ expr, query }) => expr ?? query ?? "");
    const byRoute = texts.filter((text) => /page_id|http_route=|http\.route =/.test(text));
    expect(byRoute.length).toBeGreaterThan(4);
    for (const text of byRoute) expect(text).toContain("{route_pattern:raw}`");
  });
});

describe("tables of traces", () => {
  it.each([
    ["span.http.route", ", span.http.status_code, span.http.target"],
    ["span.page", ""],
  ])("have the columns of links where %s is the route", (route, older) => {
    const config = grafanaConfig({ attributes: { ...grafanaConfig().attributes, route } });
    const searches = [frontendDashboard(config), workerDashboard(config)]
      .flatMap(targetsOf)
      .flatMap(({ query = "" }) => (query.includes("duration >") ? [query] : []));
    expect(searches).toHaveLength(3);
    const columns = `${route}, span.http.response.status_code, span.url.path${older}`;
    for (const query of searches) expect(query).toContain(`} | select(${columns}) with`);
  });
});

describe.each(DASHBOARDS)("the dashboard %s", (_, dashboard, uid) => {
  it("has the uid of the links", () => {
    expect(dashboard).toMatchObject({ id: null, uid, schemaVersion: 39 });
    expect(JSON.parse(JSON.stringify(dashboard))).toEqual(dashboard);
  });

  it("has queries that are valid, for all values and for odd ones", () => {
    const odd = "/a.b/[id]/$x/(c|d)+*?{e}\\\"'^";
    const targets = targetsOf(dashboard);
    expect(targets.length).toBeGreaterThan(8);
    const view = grafanaView({ ...DEFAULT_QUERY, route: odd }, NOW, knownRoutes(["/", `${odd}/new`, "/`a"]));
    const params = parseParams(frontendDashboardUrl(grafanaConfig(), view));
    const ofLink = {
      route_pattern: String(params["var-route_pattern"]),
      path_pattern: String(params["var-path_pattern"]),
    };
    for (const values of [{}, { service: "shop-web", version: "1.42.0", http_route: odd, ...ofLink }]) {
      for (const { datasource, expr, query } of targets) {
        const text = interpolated(expr ?? query ?? "", values);
        expect({ text, errors: errorsIn(datasource.type, text) }).toEqual({ text, errors: 0 });
        expect(text).not.toContain("${");
      }
    }
  });

  it("selects the data source of each query by a variable", () => {
    const sources = variablesOf(dashboard).filter(({ type }) => type === "datasource");
    const names = sources.map(({ name }) => `\${${name}}`);
    for (const { datasource } of targetsOf(dashboard)) expect(names).toContain(datasource.uid);
  });

  it("lays panels out without an overlap", () => {
    const panels = panelsOf(dashboard);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`)).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  it("shows release annotations", () => {
    expect(dashboard.annotations).toMatchObject({ list: [{ target: { type: "tags", tags: ["release"] } }] });
  });
});

describe("the route of a link", () => {
  const known = knownRoutes(["/workspace/[id]", "/workspace/new"]);
  const view = grafanaView({ ...DEFAULT_QUERY, route: "/workspace/[id]" }, NOW, known);
  const params = parseParams(frontendDashboardUrl(grafanaConfig(), view));
  const variableOf = (name: string): string => String(params[`var-${name}`]);
  const anchored = (pattern: string) => new RegExp(`^(?:${pattern})$`, "su");

  it("matches the ids of pages, labels of metrics and routes of spans in their own notations", () => {
    const isMatch = (text: string) => anchored(variableOf("route_pattern")).test(text);
    expect(["/workspace/[id]", "/workspace/:id", "workspace/:id", "/workspace/{id}"].map(isMatch)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["/workspace/new", "/workspace", "*", ""].map(isMatch)).toEqual([false, false, false, false]);
  });

  it("matches the URLs of pages without an id", () => {
    const [query = ""] = targetsOf(frontendDashboard(grafanaConfig())).flatMap(({ expr }) => expr ?? []);
    const patterns = /page_url=~`(.*?)` and page_url!~`(.*?)`/.exec(query)?.slice(1) ?? [];
    const [own = "", others = ""] = patterns.map((pattern) =>
      pattern.replace(/\$\{(\w+):raw\}/g, (_, name: string) => variableOf(name)),
    );
    const isMatch = (url: string) => anchored(own).test(url) && !anchored(others).test(url);
    expect(isMatch("https://shop.example/workspace/42?tab=a#b")).toBe(true);
    expect(isMatch("https://shop.example/workspace/new")).toBe(false);
    expect(isMatch("https://shop.example/workspace")).toBe(false);
  });

  it("has no backquote, which would end a pattern", () => {
    const odd = grafanaView({ ...DEFAULT_QUERY, route: "/a`b" }, NOW);
    const pattern = String(parseParams(frontendDashboardUrl(grafanaConfig(), odd))["var-route_pattern"]);
    expect(pattern).not.toContain("`");
    expect(anchored(pattern).test("/a`b")).toBe(true);
  });
});

describe("the query grammars", () => {
  it.each([
    ["loki", '{a="b"} | logfmt | unwrap'],
    ["tempo", "{ duration > } "],
    ["prometheus", "sum by (a (b)"],
  ])("find the error in %s", (type, query) => {
    expect(errorsIn(type, query)).toBeGreaterThan(0);
  });
});

describe("variables", () => {
  it("of a service find its name in a job of any namespace", () => {
    const service = variablesOf(workerDashboard(grafanaConfig())).find(({ name }) => name === "service");
    const [, pattern = ""] = /^\/(.*)\/$/.exec(service?.regex ?? "") ?? [];
    expect(["shop/shop-worker", "shop-worker"].map((job) => new RegExp(pattern).exec(job)?.[1])).toEqual([
      "shop-worker",
      "shop-worker",
    ]);
  });
});
