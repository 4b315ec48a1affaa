import { readExploreUrl } from "../explore";
import type { GrafanaConfig } from "../grafana-config";
import { type GrafanaView, searchedRoute } from "../grafana-view";
import { literal } from "../query-text";
import { answersRequest } from "../route-condition";
import { latencyByVersionUrl, slowTracesUrl } from "../trace-links";
import { type TempoWindow, tempoWindow } from "./tempo-window";

/** One request for traces. */
export type Question = {
  query: string;
  /** Most traces. */
  limit: number;
  /** Of a metrics query, such as `1m`; `null`: Tempo's choice. */
  step: string | null;
  window: TempoWindow;
};

/** What the link of a route asks, and the same without its least duration. */
export type RouteQuestions = {
  route: string;
  threshold: number;
  slow: Question;
  any: Question;
};

/** What explains an empty answer, for every route of one view. */
export type ViewQuestions = {
  service: Question;
  serverSpans: Question;
  version: Question;
  /** The attributes whose values are listed. */
  attributes: { service: string; version: string; route: string };
};

/** A link without a limit of its own gets Tempo's default. */
const DEFAULT_LIMIT = 20;

function questionOf(url: string, now: number): Question {
  const { query, limit, step, range } = readExploreUrl(url);
  return { query, limit: limit ?? DEFAULT_LIMIT, step, window: tempoWindow(range, now) };
}

/** @param threshold as the link of the table of routes has it, in ms */
export function routeQuestions(
  config: GrafanaConfig,
  view: GrafanaView,
  route: string,
  threshold: number,
): RouteQuestions {
  const searched = { ...view, route: searchedRoute(route) };
  return {
    route,
    threshold,
    slow: questionOf(slowTracesUrl(config, searched, threshold), view.now),
    any: questionOf(slowTracesUrl(config, searched, 0), view.now),
  };
}

export const metricsQuestion = (config: GrafanaConfig, view: GrafanaView): Question =>
  questionOf(latencyByVersionUrl(config, view), view.now);

/** @param window of the links */
export function viewQuestions(
  config: GrafanaConfig,
  { release }: Pick<GrafanaView, "release">,
  window: TempoWindow,
): ViewQuestions {
  const { serviceName, attributes } = config;
  const service = serviceName === null ? [] : [`${attributes.service} = ${literal(serviceName)}`];
  const version = release === null ? [] : [`${attributes.version} = ${literal(release)}`];
  const spans = (...conditions: string[]): Question => ({
    query: `{ ${conditions.join(" && ")} }`,
    limit: 1,
    step: null,
    window,
  });
  return {
    service: spans(...service),
    serverSpans: spans(answersRequest(config), ...service),
    version: spans(answersRequest(config), ...service, ...version),
    attributes: { service: attributes.service, version: attributes.version, route: attributes.route },
  };
}
