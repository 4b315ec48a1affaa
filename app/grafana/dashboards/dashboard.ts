import type { GrafanaConfig } from "../grafana-config";

/** What dashboards are made from; it is known without knowing where Grafana is. */
export type DashboardConfig = Pick<
  GrafanaConfig,
  | "tracesUid"
  | "logsUid"
  | "frontendDashboardUid"
  | "workerDashboardUid"
  | "serviceName"
  | "workerServiceName"
  | "attributes"
>;

/** A dashboard as Grafana imports it: the classic schema, which every version reads. */
export type Dashboard = Readonly<Record<string, unknown>> & { uid: string; title: string };

export type DataSourceType = "loki" | "tempo" | "prometheus";

/** A query of a panel; `datasource` is the variable that holds it. */
export type Target = { datasource: DataSourceType } & Readonly<Record<string, unknown>>;

export type Panel = {
  title: string;
  description?: string;
  type: "timeseries" | "table" | "logs" | "bargauge";
  /** In columns of 24, and lines. */
  width: number;
  height: number;
  unit?: "ms" | "s" | "none" | "percentunit" | "bytes" | "reqps" | "short";
  /** Upper edges of what is good, and of what needs improvement. */
  thresholds?: { good: number; needsImprovement: number };
  targets: Target[];
};

export type Row = { title: string; panels: Panel[] };

/** The variable of a data source. */
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

/** What stands for "all" in a regular expression; a value that is not there counts too. */
const ALL = { text: "All", value: "$__all" };

/** A variable that links fill (`var-name=…`); options come from a query, if there is one. */
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

/** A free text that queries hold as it is. */
export const textVariable = (name: string, label: string, value: string) => ({
  name,
  label,
  type: "textbox",
  query: value,
  current: { text: value, value },
  hide: 0,
});

/**
 * The variable's value as a regular expression that matches it alone. It stands between backquotes, in which nothing has
 * to be escaped for a second time.
 */
export const matching = (variable: string): string => `\`\${${variable}:regex}\``;

/** Releases that the cockpit marked, and whatever else is tagged so. */
const RELEASE_ANNOTATIONS = {
  name: "Releases",
  datasource: { type: "grafana", uid: "-- Grafana --" },
  enable: true,
  iconColor: "blue",
  target: { type: "tags", tags: ["release"], matchAny: false, limit: 100 },
};

/** A dashboard of rows, laid out from the left and downwards. */
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
  { title, description, type, unit, thresholds, targets }: Panel,
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
              min: 0,
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
