import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl } from "./grafana-url";
import type { GrafanaRange } from "./grafana-view";

/** `type` is the id of the data source's plugin. */
export type DataSource = { type: string; uid: string };

/** Explore renames a pane whose name is not three letters or digits. */
const PANE = "wvc";

/**
 * A link to one query in Explore. The query names its data source, too: when Grafana doesn't know the pane's, it would send
 * the query to its default data source.
 */
export function exploreUrl(
  config: GrafanaConfig,
  datasource: DataSource,
  query: Readonly<Record<string, unknown>>,
  range: GrafanaRange,
): string {
  const pane = {
    datasource: datasource.uid,
    queries: [{ refId: "A", datasource, ...query }],
    range,
  };
  return config.exploreFormat === "left"
    ? grafanaUrl(config, "/explore", [["left", JSON.stringify(pane)]])
    : grafanaUrl(config, "/explore", [
        // Grafana ignores `panes` without it, and fails with another version.
        ["schemaVersion", "1"],
        ["panes", JSON.stringify({ [PANE]: pane })],
      ]);
}
