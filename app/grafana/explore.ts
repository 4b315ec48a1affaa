import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl } from "./grafana-url";
import type { GrafanaRange } from "./grafana-view";

/** A data source: the type of its plugin, and its uid. */
export type DataSource = { type: string; uid: string };

/** Explore wants a name of three letters or digits for its pane, and gives it another one otherwise. */
const PANE = "wvc";

/**
 * A link that opens Explore on one query. The query names its data source itself: where Grafana doesn't know the
 * pane's, it takes any other, and would send the query there.
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
        // Without it Grafana passes over the panes, and with another one it fails.
        ["schemaVersion", "1"],
        ["panes", JSON.stringify({ [PANE]: pane })],
      ]);
}
