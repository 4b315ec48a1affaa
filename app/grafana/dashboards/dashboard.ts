import type { GrafanaConfig } from "../grafana-config";

/** The settings of dashboards, which need no `baseUrl`. */
export type DashboardConfig = Pick<
  GrafanaConfig,
  | "tracesUid"
  | "logsUid"
  | "frontendDashboardUid"
  | "workerDashboardUid"
  | "releasesDashboardUid"
  | "serviceName"
  | "workerServiceName"
  | "attributes"
  | "routeBase"
  | "tempo"
>;

/** A dashboard in the classic JSON schema, which every version of Grafana imports. */
export type Dashboard = Readonly<Record<string, unknown>> & { uid: string; title: string };

export type DataSourceType = "loki" | "tempo" | "prometheus";

/** A query of a panel; `datasource` names the variable with the uid. */
export type Target = { datasource: DataSourceType } & Readonly<Record<string, unknown>>;

export type Panel = {
  title: string;
  description?: string;
  type: "timeseries" | "table" | "logs" | "bargauge";
  /** In units of Grafana's grid of 24 columns. */
  width: number;
  height: number;
  /** Values may be negative. */
  isSigned?: boolean;
  unit?: "ms" | "s" | "none" | "percentunit" | "bytes" | "reqps" | "short";
  /** Upper edges of the ratings. */
  thresholds?: { good: number; needsImprovement: number };
  targets: Target[];
};

export type Row = { title: string; panels: Panel[] };

export function dataSourceVariable(type: DataSourceType, label: string, uid: string | null) {
  return {
    name: type,
    label,
    type: "datasource",
    query: type,
    current: uid === null ? {} : { text: uid, value: uid },
    hide: 0,
  };
}

/** Grafana's option for all values; with `allValue` `.*` it includes an absent label. */
const ALL = { text: "All", value: "$__all" };

/** A variable that links set (`var-name=…`), with options from a query if there is one. */
export function filterVariable(
  name: string,
  label: string,
  current: string | null,
  options?: { datasource: DataSourceType; query: string; regex?: string },
) {
  const base = {
    name,
    label,
    current: current === null ? ALL : { text: current, value: current },
    includeAll: true,
    allValue: ".*",
    allowCustomValue: true,
    multi: false,
    hide: 0,
  };
  if (options === undefined) return { ...base, type: "custom", query: current ?? "" };
  const { datasource, query, regex = "" } = options;
  return {
    ...base,
    type: "query",
    datasource: { type: datasource, uid: `\${${datasource}}` },
    query: { query, refId: name },
    definition: query,
    regex,
    refresh: 2,
    sort: 1,
  };
}

/** A variable with fixed options; the first one is the default. */
export const choiceVariable = (name: string, label: string, options: readonly [string, ...string[]]) => ({
  name,
  label,
  type: "custom",
  query: options.join(","),
  current: { text: options[0], value: options[0] },
  includeAll: false,
  multi: false,
  hide: 0,
});

/** A text that queries interpolate without escaping. @param hide 0: visible, 2: hidden */
export const textVariable = (name: string, label: string, value: string, hide: 0 | 2 = 0) => ({
  name,
  label,
  type: "textbox",
  query: value,
  current: { text: value, value },
  hide,
});

/** A pattern that no path matches. */
const NO_PATH = "-";

/**
 * The route that links set, as regular expressions for all notations of it and for its paths. Pages, metrics and spans may
 * spell one route in three ways.
 */
export const routeVariables = () => [
  filterVariable("route_pattern", "Route pattern", null),
  textVariable("path_pattern", "Path pattern", ".*", 2),
  textVariable("other_paths", "Paths of other routes", NO_PATH, 2),
];

/** The regular expression in a variable. Backquotes avoid a second escaping. */
export const pattern = (variable: string): string => `\`\${${variable}:raw}\``;

/**
 * A regular expression that matches the value of the variable only. Backquotes avoid a second escaping.
 */
export const matching = (variable: string): string => `\`\${${variable}:regex}\``;

/** All annotations with the tag of release annotations. */
const RELEASE_ANNOTATIONS = {
  name: "Releases",
  datasource: { type: "grafana", uid: "-- Grafana --" },
  enable: true,
  iconColor: "blue",
  target: { type: "tags", tags: ["release"], matchAny: false, limit: 100 },
};

/** Lays out the panels of each row from left to right, with line breaks. */
export function dashboard({
  uid,
  title,
  description,
  variables,
  rows,
}: {
  uid: string;
  title: string;
  description: string;
  variables: unknown[];
  rows: Row[];
}): Dashboard {
  return {
    id: null,
    uid,
    title,
    description,
    tags: ["vitals-cockpit"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    time: { from: "now-24h", to: "now" },
    timezone: "browser",
    refresh: "",
    annotations: { list: [RELEASE_ANNOTATIONS] },
    templating: { list: variables },
    panels: layOut(rows),
  };
}

const COLUMNS = 24;

function layOut(rows: readonly Row[]): unknown[] {
  const panels: unknown[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: "row",
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += height;
        height = 0;
      }
      panels.push(panelJson(panel, panels.length + 1, { x, y, w: panel.width, h: panel.height }));
      x += panel.width;
      height = Math.max(height, panel.height);
    }
    y += height;
  }
  return panels;
}

type GridPosition = { x: number; y: number; w: number; h: number };

function panelJson(
  { title, description, type, isSigned = false, unit, thresholds, targets }: Panel,
  id: number,
  gridPos: GridPosition,
) {
  const [first] = targets;
  const sourceOf = (target: Target | undefined) =>
    target === undefined ? null : { type: target.datasource, uid: `\${${target.datasource}}` };
  return {
    id,
    type,
    title,
    description: description ?? "",
    gridPos,
    datasource: sourceOf(first),
    fieldConfig: {
      defaults: {
        unit: unit ?? "short",
        ...(type === "timeseries"
          ? {
              ...(isSigned ? {} : { min: 0 }),
              custom: {
                lineWidth: 2,
                fillOpacity: 0,
                showPoints: "auto",
                spanNulls: false,
                thresholdsStyle: { mode: thresholds === undefined ? "off" : "dashed" },
              },
            }
          : {}),
        ...(thresholds === undefined ? {} : { thresholds: thresholdSteps(thresholds) }),
      },
      overrides: [],
    },
    options: OPTIONS[type],
    targets: targets.map((target, i) => ({
      refId: String.fromCharCode(65 + i),
      ...target,
      datasource: sourceOf(target),
    })),
  };
}

const thresholdSteps = ({ good, needsImprovement }: { good: number; needsImprovement: number }) => ({
  mode: "absolute",
  steps: [
    { color: "green", value: null },
    { color: "orange", value: good },
    { color: "red", value: needsImprovement },
  ],
});

const OPTIONS: Readonly<Record<Panel["type"], unknown>> = {
  timeseries: {
    legend: { displayMode: "list", placement: "bottom", showLegend: true },
    tooltip: { mode: "multi", sort: "desc" },
  },
  table: { showHeader: true },
  logs: { showTime: true, wrapLogMessage: true, enableLogDetails: true, sortOrder: "Descending" },
  bargauge: { orientation: "horizontal", displayMode: "basic", reduceOptions: { calcs: ["lastNotNull"] } },
};
