import type { RouteTablePage } from "./route-table";

/** Most elements of the page: each costs the browser time, before the page is seen and after. */
const MOST_ELEMENTS = 1_200;

/** Elements of the page besides the rows of its tables; what a comparison adds to them, and Grafana's menu. */
const OF_THE_PAGE = 355;
const OF_A_COMPARISON = 110;
const OF_THE_MENU = 40;

/** Elements of a route: a row, the link, nine cells, and the samples in five of them; of a comparison, a cell for each change. */
const OF_A_ROUTE = 15;
const OF_ITS_CHANGES = 5;

/** The link to its traces, in a cell. */
const OF_ITS_TRACES = 2;

/** How many elements more the page may have than these routes need. @param table `null` where it could not be had */
export function roomBesideRoutes(table: RouteTablePage | null): number {
  const room = MOST_ELEMENTS - OF_THE_PAGE;
  if (table === null) return room;
  const { rows, legend, tracesHead } = table;
  const compared = legend !== null;
  const links = tracesHead === null ? 0 : OF_THE_MENU + rows.length * OF_ITS_TRACES;
  // The words of a change that is called, for screen readers.
  const called = rows.flatMap(({ figures }) =>
    figures.filter(({ delta }) => delta !== null && delta.tone !== "neutral"),
  ).length;
  const changes = compared ? OF_A_COMPARISON + rows.length * OF_ITS_CHANGES + called : 0;
  return room - rows.length * OF_A_ROUTE - links - changes;
}
