import { lengthText } from "../length-text";
import { searchesNotations } from "../route-condition";
import { columns } from "../traceql";
import { type DashboardConfig, matching, type Panel, pattern } from "./dashboard";

/** By the spans' route, or by their path where that is of no other known route; a span may lack either attribute. */
function routeCondition(config: DashboardConfig): string {
  const { route, path } = config.attributes;
  const byRoute = `${route} =~ ${pattern("route_pattern")}`;
  if (!searchesNotations(config)) return byRoute;
  const byPath = `(${path} =~ ${pattern("path_pattern")} && ${path} !~ ${pattern("other_paths")})`;
  return `(${byRoute} || ${byPath})`;
}

/**
 * A table of traces, filtered by the variables for service, version and route. A condition on an attribute excludes spans
 * without it, even when it matches all values, so `filters` should name only what the table needs.
 */
export function traceTable(
  config: DashboardConfig,
  title: string,
  conditions: readonly string[],
  filters: ReadonlyArray<"service" | "version" | "route">,
): Panel {
  const { attributes, tempo } = config;
  const all = [
    ...conditions,
    ...filters.map((name) =>
      name === "route" ? routeCondition(config) : `${attributes[name]} =~ ${matching(name)}`,
    ),
  ];
  const hint = tempo.searchesMostRecent ? " with (most_recent=true)" : "";
  const limit =
    tempo.longestSearch === null ? "" : ` It searches at most ${lengthText(tempo.longestSearch)} at once.`;
  return {
    title,
    description: `Tempo returns ${tempo.searchesMostRecent ? "the newest" : "any"} matching traces, not the slowest: sort by duration.${limit}`,
    type: "table",
    width: 24,
    height: 10,
    targets: [
      {
        datasource: "tempo",
        queryType: "traceql",
        query: `{ ${all.join(" && ")} } | ${columns(config)}${hint}`,
        limit: 50,
        spss: 3,
        tableType: "spans",
        filters: [],
      },
    ],
  };
}
