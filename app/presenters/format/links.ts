import { buildQuery, type CockpitQuery, DEFAULT_QUERY, defaultSort } from "../../query/cockpit-query";
import type { TimeWindow } from "../../vitals/time";

/** The pages that a query can be looked at on. */
export type PageName = "cockpit" | "route" | "releases";

/** What can be had as CSV. */
export const CSV_TABLES = ["routes", "trend", "releases", "metrics"] as const;
export type CsvTable = (typeof CSV_TABLES)[number];

export const PATHS: Readonly<Record<PageName | "grafana", string>> = {
  cockpit: "/admin/performance",
  route: "/admin/performance/route",
  releases: "/admin/performance/releases",
  grafana: "/admin/performance/grafana",
};
const JSON_PATH = "/api/admin/performance/web-vitals";
const RELEASES_JSON_PATH = "/api/admin/releases";

type Changes = Partial<CockpitQuery>;

/**
 * What is changed in a view changes how many pages there are, so a link begins at the first of them. What routes are
 * sorted by, where nobody chose it, follows whether there is a comparison, and the chart's times have an effect only in one.
 */
function changed(query: CockpitQuery, changes: Changes): CockpitQuery {
  const next = { ...query, page: 1 as const, ...changes };
  const chosen = changes.sort !== undefined || query.sort !== defaultSort(query);
  const gone = next.sort === "regression" && next.compare === null;
  const span = next.compare === null ? DEFAULT_QUERY.span : next.span;
  return { ...next, span, sort: chosen && !gone ? next.sort : defaultSort(next) };
}

function href(path: string, query: CockpitQuery, more: Readonly<Record<string, string>> = {}): string {
  const params = buildQuery(query);
  for (const [name, value] of Object.entries(more)) params.set(name, value);
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** A link to one of the pages with what is seen now, but for `changes`. */
export const pageHref = (page: PageName, query: CockpitQuery, changes: Changes = {}): string =>
  href(PATHS[page], changed(query, changes));

/** A link to the main page. */
export const cockpitHref = (query: CockpitQuery, changes: Changes = {}): string =>
  pageHref("cockpit", query, changes);

/** A link to the page of one route, under the same filters; where it stood in a table is left behind. */
export const routePageHref = (query: CockpitQuery, route: string, changes: Changes = {}): string =>
  pageHref("route", query, { sort: defaultSort(query), order: "desc", q: "", ...changes, route });

/** A link to the table of releases. */
export const releasesHref = (query: CockpitQuery, changes: Changes = {}): string =>
  pageHref("releases", query, changes);

/** A link to the same page over another named range. */
export const rangeHref = (page: PageName, query: CockpitQuery, range: CockpitQuery["range"]): string =>
  pageHref(page, query, { range, from: null, to: null });

/** Two builds that are compared: which releases "the current one" and "the previous one" are changes with a deploy. */
export type Compared = { current: string; baseline: string };

/** A link that shows the same times, and compares the same releases, whenever it is opened. */
export const permalinkHref = (
  query: CockpitQuery,
  { from, to }: TimeWindow,
  page: PageName = "cockpit",
  compared: Compared | null = null,
): string =>
  pageHref(page, query, {
    from,
    to,
    range: "24h",
    page: query.page,
    ...(compared === null ? {} : pinned(compared)),
  });

/** What of a query names two builds. */
export const pinned = ({ current, baseline }: Compared): Pick<CockpitQuery, "release" | "compare"> => ({
  release: current,
  compare: { with: "build", buildVersion: baseline },
});

/** The comparison that a gate judged, at the current release's compared times; the release alone where there is none. */
export function gateHref(
  query: CockpitQuery,
  result:
    | { status: "compared"; current: string; baseline: string; windows: { current: readonly TimeWindow[] } }
    | { status: "unavailable" },
): string {
  const view = { ...query, route: null, metric: DEFAULT_QUERY.metric };
  if (result.status === "unavailable") return cockpitHref(view);
  const [first] = result.windows.current;
  const last = result.windows.current.at(-1);
  const times = first === undefined || last === undefined ? {} : { from: first.from, to: last.to };
  return cockpitHref({ ...view, ...times, ...pinned(result) });
}

/** The JSON twin of what is seen. */
export const jsonHref = (query: CockpitQuery): string => href(JSON_PATH, query);

/** All releases as JSON, under the filters that count for them. */
export const releasesJsonHref = ({ device, navigation }: CockpitQuery): string =>
  href(RELEASES_JSON_PATH, { ...DEFAULT_QUERY, device, navigation });

/** All releases as CSV, under the same. */
export const releasesCsvHref = ({ device, navigation }: CockpitQuery): string =>
  csvHref({ ...DEFAULT_QUERY, device, navigation }, "releases");

/** The charts of an image. */
export const SVG_CHARTS = ["trend", "releases"] as const;
export type SvgChart = (typeof SVG_CHARTS)[number];

/** A chart as an SVG image, for wikis and pull requests. */
export const svgHref = (query: CockpitQuery, chart: SvgChart): string =>
  href(JSON_PATH, query, { format: "svg", chart });

/** The charts of all releases as an SVG image, under the filters that count for them. */
export const releasesSvgHref = ({ device, navigation }: CockpitQuery): string =>
  svgHref({ ...DEFAULT_QUERY, device, navigation }, "releases");

/** One table of what is seen, as CSV; the routes are all of those that are searched for. */
export const csvHref = (query: CockpitQuery, table: CsvTable): string =>
  href(JSON_PATH, table === "routes" ? { ...query, page: "all" } : query, { format: "csv", table });
