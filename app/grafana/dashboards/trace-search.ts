import { type DashboardConfig, matching, type Panel } from "./dashboard";

/**
 * A table of traces, filtered by the variables `service`, `version` and `route`. A condition on an attribute excludes spans
 * without it, even when it matches all values, so `filters` should name only what the table needs.
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
    description: "Tempo returns the first matching traces, not the slowest: sort by duration.",
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
