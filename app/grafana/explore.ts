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

/** The query of a link to Explore, and its range in the notation of Grafana's URLs. */
export type ExploreQuery = { query: string; limit: number | null; step: string | null; range: GrafanaRange };

/**
 * Reads a link that `exploreUrl` built, so that a check asks exactly what the link asks.
 * @throws Error for any other URL
 */
export function readExploreUrl(url: string): ExploreQuery {
  const { searchParams } = new URL(url);
  const [panes, left] = [searchParams.get("panes"), searchParams.get("left")];
  const pane = panes === null ? JSON.parse(left ?? "null") : JSON.parse(panes)[PANE];
  const [query] = pane?.queries ?? [];
  if (typeof query?.query !== "string") throw new Error("This URL is no link to a query in Explore.");
  return { query: query.query, limit: query.limit ?? null, step: query.step ?? null, range: pane.range };
}
