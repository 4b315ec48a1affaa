import {
  frontendDashboardUrl,
  releasesDashboardUrl,
  workerDashboardUrl,
} from "../../grafana/dashboard-links";
import type { GrafanaConfig } from "../../grafana/grafana-config";
import { grafanaView } from "../../grafana/grafana-view";
import { knownRoutes } from "../../grafana/siblings";
import { logsUrl, profilesUrl, sessionsUrl } from "../../grafana/signal-links";
import { hasOwnThreshold, slowThreshold } from "../../grafana/slow-threshold";
import {
  drilldownUrl,
  failingTracesUrl,
  latencyByVersionUrl,
  slowTracesUrl,
} from "../../grafana/trace-links";
import type { CockpitQuery } from "../../query/cockpit-query";
import { type ViewResult, waitedTtfbOf } from "../../query/view/view-result";
import { formatWindow, valueText } from "../format/format";
import { RANGE_LABELS } from "../format/labels";
import { PATHS } from "../format/links";
import { metricFigures } from "../format/metric-figures";
import type { Panel } from "../panel";
import { dashboardNote, drilldownNote, metricsNote, routeNotes, searchNotes } from "./grafana-limits";

/** A link out, and in a line what it shows. */
export type GrafanaItem = { text: string; description: string; href: string };

/** The menu of links out, in groups; the first one is the same everywhere. */
export type GrafanaMenuModel = {
  /** What of the view they open with: `last 24 hours`, `release 2.4.1`. */
  opensWith: string[];
  /** What links to traces lack of it, in sentences. */
  notes: string[];
  groups: GrafanaItem[][];
  /** The page that checks the links. */
  check: { text: string; href: string };
};

/** Characters of a name that a line of the menu has room for. */
const LONGEST_NAME = 80;

const shortened = (name: string): string =>
  name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1).toWellFormed()}…`;

const item = (text: string, description: string, href: string | null): GrafanaItem[] =>
  href === null ? [] : [{ text, description, href }];

/**
 * The menu in the header of every page.
 * @param view where the page has figures: slow is what is slow for them
 * @param finalHeaders p75 of the final headers in ms, where the page has it: with Early Hints the TTFB is earlier
 * @param routes of the site, known to the cockpit
 * @returns `null` without a Grafana
 */
export function grafanaMenu(
  config: GrafanaConfig | null,
  query: CockpitQuery,
  view: Panel<ViewResult> | null,
  now: number,
  finalHeaders: number | null = null,
  routes: readonly string[] = [],
): GrafanaMenuModel | null {
  if (config === null) return null;
  const seen = grafanaView(query, now, query.route === null ? [] : knownRoutes(routes));
  const ttfb = view?.ok ? metricFigures("TTFB", waitedTtfbOf(view.value)).percentiles[75] : null;
  const threshold = slowThreshold(finalHeaders ?? ttfb);
  const server = config.serviceName ?? "all services";
  return {
    opensWith: [
      timesOf(query, view, now),
      ...(seen.release === null ? [] : [`release ${shortened(seen.release)}`]),
      ...(seen.route === null ? [] : [shortened(seen.route.text)]),
    ],
    notes: [...searchNotes(config, seen), ...routeNotes(config, seen)],
    groups: [
      [
        ...item(
          "Frontend Traces",
          `What browsers report, and their traces${dashboardNote(config, seen)}`,
          frontendDashboardUrl(config, seen),
        ),
        ...item(
          "Worker Overview",
          `Requests, errors and runtime of the worker${dashboardNote(config, seen)}`,
          workerDashboardUrl(config, seen),
        ),
        ...item(
          "Web Vitals by release",
          "p75 and good share of the current and the previous release",
          releasesDashboardUrl(config, seen),
        ),
        ...item(
          "Slow Endpoints",
          `Server traces slower than ${valueText("TTFB", threshold)}${sourceOf(ttfb, finalHeaders)}`,
          slowTracesUrl(config, seen, threshold),
        ),
      ],
      [
        ...item("Failing Requests", "Server traces that ended in an error", failingTracesUrl(config, seen)),
        ...item(
          "Latency by Version",
          `Average duration of the server, a line for each version${metricsNote(config, seen)}`,
          latencyByVersionUrl(config, seen),
        ),
        ...item(
          "Traces Drilldown",
          `Server traces${seen.route === null ? "" : " whose spans name the route"}, the slowest first${drilldownNote(config, seen)}`,
          drilldownUrl(config, seen),
        ),
      ],
      [
        ...item("Logs", `Log lines of ${server}`, logsUrl(config, seen)),
        ...item("Profiles", `CPU time of ${server}, as a flame graph`, profilesUrl(config, seen)),
        ...item("Frontend Sessions", "Visits in Frontend Observability", sessionsUrl(config, seen)),
      ],
    ].filter((group) => group.length > 0),
    check: { text: "Do these links find traces?", href: PATHS.grafana },
  };
}

/** Names what the threshold comes from; empty for the default. */
function sourceOf(ttfb: number | null, finalHeaders: number | null): string {
  if (!hasOwnThreshold(finalHeaders ?? ttfb)) return "";
  return finalHeaders === null ? ", by the p75 of TTFB" : ", by the p75 of the final headers";
}

function timesOf(query: CockpitQuery, view: Panel<ViewResult> | null, now: number): string {
  if (query.from === null && query.to === null) return RANGE_LABELS[query.range].toLowerCase();
  return view?.ok ? formatWindow(view.value.window, query.tz, now) : "the chosen times";
}
