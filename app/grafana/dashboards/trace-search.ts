import { type DashboardConfig, matching, type Panel } from "./dashboard";

/**
 * A table of traces that the variables `service`, `version` and `route` find. A condition on an attribute leaves out
 * spans without it, even when all values will do; so only what asks for a route has one.
 */
export function traceTable(
  { attributes }: DashboardConfig,
  title: string,
  conditions: readonly string[],
  filters: ReadonlyArray<"service" | "version" | "route">,
): Panel {
  const all = [...conditions, ...filters.map((name) => `${attributes[name]} =~ ${matching(name)}`)];
  return {
    title,
    description: "Tempo gives the first traces that it finds: sort by duration.",
    type: "table",
    width: 24,
    height: 10,
    targets: [
      {
        datasource: "tempo",
        queryType: "traceql",
        query: `{ ${all.join(" && ")} } | select(${attributes.route}, ${attributes.status}, ${attributes.path})`,
        limit: 50,
        spss: 3,
        tableType: "spans",
        filters: [],
      },
    ],
  };
}
