import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parser as promQl } from "@prometheus-io/lezer-promql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Dashboard } from "../../app/grafana/dashboards/dashboard";
import { releasesDashboard } from "../../app/grafana/dashboards/releases-dashboard";
import { projectRoot } from "../../app/platform/project-root";
import type { Measurement } from "../../app/vitals/measurement";
import { METRICS, type Metric } from "../../app/vitals/metrics";
import { HOUR, MINUTE } from "../../app/vitals/time";
import { hasPrometheus } from "../prometheus.mjs";
import { measurements } from "../support/measurements";
import { type Prometheus, promtool, type Series, startPrometheus } from "../support/prometheus";
import { ADMIN_API_TOKEN, eventually, type RunningServer, readVitals, startServer } from "../support/server";
import { Store } from "../support/store";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const FOLDER = join(projectRoot(), "docs", "prometheus");
const RULES = join(FOLDER, "vitals-cockpit-rules.yml");

const RELEASES = { all: "all", current: '2.4.1 "beta"', previous: "2.4.0" } as const;
const ROLES = ["all", "current", "previous"] as const;
const DEVICES = ["all", "mobile", "tablet", "desktop"] as const;
const WINDOWS = ["1h", "24h"] as const;
const GAUGES = ["vitals_p75_seconds", "vitals_p75_score", "vitals_good_ratio", "vitals_samples"];

const VALUES: Readonly<Record<Metric, number>> = { INP: 180, LCP: 2_345.6, CLS: 0.08, FCP: 1_234, TTFB: 456 };

let count = 0;
/** One page view's measurements each, of all metrics and of the values' order of magnitude. */
function views(number: number, changes: Partial<Measurement>, factor = 1): Measurement[] {
  return METRICS.flatMap((metric) =>
    measurements(number, { metric, ...changes }).map((one, i) => {
      count += 1;
      return { ...one, id: `view ${count}`, value: VALUES[metric] * factor * (0.5 + i / number) };
    }),
  );
}

/** A site whose release was replaced two hours ago, and is still in a few open tabs. */
function site(now: number): Measurement[] {
  const [earlier, lately] = [now - 8 * HOUR, now - 30 * MINUTE];
  const [previous, current] = [{ buildVersion: RELEASES.previous }, { buildVersion: RELEASES.current }];
  return [
    ...views(90, { ...previous, receivedAt: earlier }),
    ...views(40, { ...previous, device: "mobile", receivedAt: lately }),
    ...views(70, { ...current, receivedAt: now - 2 * HOUR }, 2),
    ...views(60, { ...current, device: "mobile", receivedAt: lately }, 3),
    // Too few for a percentile.
    ...views(29, { ...current, device: "tablet", receivedAt: lately }, 2),
    ...views(5, { buildVersion: "2.3.9", receivedAt: lately }),
    // No part of any figure.
    ...views(50, { ...current, device: "bot", receivedAt: lately }, 9),
    ...views(50, { ...current, navigationType: "back-forward-cache", receivedAt: lately }, 9),
  ];
}

describe.skipIf(!hasPrometheus())("Prometheus", () => {
  let folder: TemporaryFolder;
  let server: RunningServer;
  let prometheus: Prometheus;
  /** After two scrapes: a later one that a busy machine does not answer in time would hide all series. */
  let scrapedAt: number;

  beforeAll(async () => {
    folder = temporaryFolder();
    const databasePath = join(folder.path, "vitals.db");
    const store = await Store.open({ path: databasePath, at: Date.now() });
    await store.ingest(...site(store.at));
    await store.fold();
    await store.close();
    server = await startServer({ databasePath });
    prometheus = await startPrometheus(new URL(server.origin).host, ADMIN_API_TOKEN, RULES);
    // A second scrape, so that rates have values.
    const [last] = await eventually(
      () => prometheus.query("count_over_time(vitals_samples[1h]) > 1 and vitals_samples"),
      (series) => series.length > 0,
    );
    scrapedAt = last?.at ?? 0;
  });

  afterAll(async () => {
    await prometheus?.close();
    await server?.close();
    folder.remove();
  });

  const query = (expression: string): Promise<Series[]> => prometheus.query(expression, scrapedAt);

  const seriesOf = async (gauge: string): Promise<Map<string, number>> =>
    new Map((await query(gauge)).map((series) => [keyOf(series), series.value]));

  it("scrapes the figures of the JSON endpoint, and no series where it has none", async () => {
    const scraped = new Map(
      await Promise.all(GAUGES.map(async (name) => [name, await seriesOf(name)] as const)),
    );
    const expected = new Map(GAUGES.map((name) => [name, new Map<string, number>()]));
    for (const role of ROLES) {
      for (const device of DEVICES) {
        for (const window of WINDOWS) {
          const search = new URLSearchParams({ range: window, device, release: RELEASES[role] });
          const { current } = await readVitals(server, `?${search}`);
          for (const metric of METRICS) {
            const { n, percentiles, shares, unit } = current.metrics[metric];
            const key = keyOf({ metric: { metric, device, role, release: RELEASES[role], window } });
            if (n > 0) expected.get("vitals_samples")?.set(key, n);
            if (shares !== null) expected.get("vitals_good_ratio")?.set(key, shares.good);
            const p75 = percentiles[75];
            if (p75 === null) continue;
            if (unit === "ms") expected.get("vitals_p75_seconds")?.set(key, p75 / 1_000);
            else expected.get("vitals_p75_score")?.set(key, p75);
          }
        }
      }
    }
    expect(scraped).toEqual(expected);
    const p75 = expected.get("vitals_p75_seconds") as Map<string, number>;
    const samples = expected.get("vitals_samples") as Map<string, number>;
    // 70 on desktop, 60 on mobile and 29 on tablets.
    const key = { metric: "LCP", role: "current", release: RELEASES.current, window: "24h" };
    expect(samples.get(keyOf({ metric: { ...key, device: "all" } }))).toBe(159);
    expect(samples.get(keyOf({ metric: { ...key, device: "tablet" } }))).toBe(29);
    expect(p75.has(keyOf({ metric: { ...key, device: "tablet" } }))).toBe(false);
    expect(p75.size).toBeGreaterThan(30);
  });

  it("evaluates every query of the dashboard to data", async () => {
    for (const expression of queriesOf(
      releasesDashboard({ releasesDashboardUid: "web-vitals-by-release" }),
    )) {
      const series = await query(expression);
      expect({ expression, isEmpty: series.length === 0 }).toEqual({ expression, isEmpty: false });
      expect(series.every(({ value }) => Number.isFinite(value))).toBe(true);
    }
  });

  it("offers the values of the dashboard's variables", async () => {
    const dashboard = releasesDashboard({ releasesDashboardUid: "web-vitals-by-release" });
    const options = await Promise.all(
      variableQueriesOf(dashboard).map(({ label, selector }) => prometheus.labelValues(label, selector)),
    );
    expect(options).toEqual([["vitals-cockpit"], [RELEASES.previous, RELEASES.current].sort()]);
  });

  it("evaluates each example of an alert rule, whose metrics all exist", async () => {
    const rules = await eventually(
      () => prometheus.rules(),
      (all) => all.length > 0 && all.every(({ health }) => health !== "unknown"),
    );
    expect(rules.map(({ health, lastError }) => lastError ?? health)).toEqual(rules.map(() => "ok"));
    for (const selector of rules.flatMap(({ query }) => selectorsIn(query))) {
      const isEmpty = (await query(selector)).length === 0;
      expect({ selector, isEmpty }).toEqual({ selector, isEmpty: false });
    }
  });

  it("alerts for the release whose LCP became slow", async () => {
    const rule = (await prometheus.rules()).find(({ name }) => name === "CoreWebVitalNotGood");
    // The site of this test is small.
    const series = await query(String(rule?.query).replace(">= 200", ">= 100"));
    expect(series.map(({ metric }) => [metric.metric, metric.release]).sort()).toEqual([
      ["CLS", RELEASES.current],
      ["INP", RELEASES.current],
      ["LCP", RELEASES.current],
    ]);
  });

  it("accepts the examples of its configuration", async () => {
    await promtool("check", "rules", RULES);
    await promtool("check", "config", "--syntax-only", join(FOLDER, "prometheus.yml"));
  });
});

describe("the examples of alert rules", () => {
  it("are PromQL", () => {
    const expressions = [...readFileSync(RULES, "utf8").matchAll(/^ +expr: \|\n((?: {10}.*\n)+)/gm)];
    expect(expressions.length).toBeGreaterThanOrEqual(6);
    for (const [, expression = ""] of expressions) {
      expect({ expression, errors: errorsIn(expression) }).toEqual({ expression, errors: 0 });
    }
  });
});

const keyOf = ({ metric }: Pick<Series, "metric">): string =>
  ["metric", "device", "role", "release", "window"].map((label) => metric[label]).join(" | ");

/** The values that Grafana's variables have at first; all of one without a choice. */
const interpolated = (expression: string): string =>
  expression.replace(
    /\$\{(\w+):regex\}/g,
    (_, name: string) => ({ device: "all", window: "24h" })[name] ?? ".*",
  );

const queriesOf = (dashboard: Dashboard): string[] =>
  (dashboard.panels as Array<{ targets?: Array<{ expr: string }> }>)
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }) => interpolated(expr));

function variableQueriesOf(dashboard: Dashboard): Array<{ label: string; selector: string }> {
  const { list } = dashboard.templating as { list: Array<{ definition?: string }> };
  return list.flatMap(({ definition = "" }) => {
    const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
    return selector === undefined || label === undefined ? [] : [{ label, selector: interpolated(selector) }];
  });
}

/** The selectors of an expression, without their ranges. */
function selectorsIn(expression: string): string[] {
  const selectors: string[] = [];
  promQl.parse(expression).iterate({
    enter: ({ name, from, to }) => {
      if (name === "VectorSelector") selectors.push(expression.slice(from, to));
    },
  });
  return selectors;
}

function errorsIn(expression: string): number {
  let errors = 0;
  promQl.parse(expression).iterate({
    enter: ({ type: { isError } }) => {
      if (isError) errors += 1;
    },
  });
  return errors;
}
