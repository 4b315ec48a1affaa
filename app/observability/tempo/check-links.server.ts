import type { CheckResult, MetricsOutcome, RouteOutcome } from "../../grafana/check/check-result";
import type { Question, RouteQuestions, ViewQuestions } from "../../grafana/check/link-questions";
import { namesNoPage } from "../../grafana/check/route-values";
import {
  createTempoClient,
  QueryRefused,
  type TempoClient,
  type TempoConfig,
  TempoFailure,
} from "./tempo-client.server";

export type LinkQuestions = {
  routes: readonly RouteQuestions[];
  view: ViewQuestions;
  metrics: Question;
  /** The version of Tempo that the links are written for. */
  assumedVersion: string;
  /** Names that the links search for; `null` stands for all. */
  service: string | null;
  release: string | null;
};

/** `request`: limit of one request in ms; `stopped` ends the whole check. */
export type CheckLimits = { request: number; stopped: AbortSignal };

/** Values of an attribute to report, at most. */
const REPORTED_VALUES = 5;

/**
 * Asks Tempo what the links to it ask, one request after the other. Where a link finds nothing, a few more searches, the
 * same for all routes, find out why. A Tempo that cannot be asked ends the check with its reason.
 */
export async function checkLinks(
  config: TempoConfig,
  questions: LinkQuestions,
  limits: CheckLimits,
): Promise<CheckResult> {
  const client = createTempoClient(config, limits.request, limits.stopped);
  const result: CheckResult = {
    url: config.url,
    tempoVersion: null,
    assumedVersion: questions.assumedVersion,
    service: questions.service,
    release: questions.release,
    routes: [],
    asked: questions.routes.length,
    metrics: null,
    failure: null,
  };
  const explain = createExplanation(client, questions);
  try {
    result.tempoVersion = await client.version();
    for (const route of questions.routes) {
      const outcome = await routeOutcome(client, route, explain);
      result.routes.push({ route: route.route, threshold: route.threshold, outcome });
    }
    result.metrics = await metricsOutcome(client, questions.metrics);
  } catch (error) {
    if (error instanceof QueryRefused) result.failure = error.refusal.text;
    else if (error instanceof TempoFailure) result.failure = error.message;
    else throw error;
  }
  return result;
}

async function routeOutcome(
  client: TempoClient,
  { slow, any }: RouteQuestions,
  explain: () => Promise<RouteOutcome>,
): Promise<RouteOutcome> {
  try {
    const traces = await client.search(slow);
    if (traces > 0) return { kind: "slower", traces, isLimited: traces >= slow.limit };
    const faster = await client.search(any);
    if (faster > 0) return { kind: "none-slower", traces: faster, isLimited: faster >= any.limit };
    return await explain();
  } catch (error) {
    if (!(error instanceof QueryRefused)) throw error;
    return { kind: "refused", refusal: error.refusal };
  }
}

/** Finds out once why routes have no traces: the reasons do not depend on the route. */
function createExplanation(
  client: TempoClient,
  { view, service, release }: LinkQuestions,
): () => Promise<RouteOutcome> {
  let explanation: Promise<RouteOutcome> | null = null;
  const reported = async (attribute: string, question: Question): Promise<string[]> =>
    (await client.values(attribute, question)).slice(0, REPORTED_VALUES);

  async function explain(): Promise<RouteOutcome> {
    if ((await client.search(view.serverSpans)) === 0) {
      if ((await client.search(view.service)) > 0) return { kind: "no-server-spans" };
      const services = await reported(view.attributes.service, { ...view.service, query: "{ }" });
      return service === null || services.length === 0
        ? { kind: "no-spans" }
        : { kind: "no-service", services };
    }
    if (release !== null && (await client.search(view.version)) === 0) {
      return { kind: "no-version", versions: await reported(view.attributes.version, view.serverSpans) };
    }
    const values = await client.values(view.attributes.route, view.version);
    if (values.length === 0) return { kind: "no-attribute" };
    const pages = values.filter((value) => !namesNoPage(value));
    return pages.length === 0
      ? { kind: "catch-all", values: values.slice(0, REPORTED_VALUES) }
      : { kind: "other-routes", values: pages.slice(0, REPORTED_VALUES) };
  }
  return () => {
    explanation ??= explain();
    return explanation;
  };
}

async function metricsOutcome(client: TempoClient, question: Question): Promise<MetricsOutcome> {
  try {
    return { kind: "drawn", series: await client.metrics(question) };
  } catch (error) {
    if (!(error instanceof QueryRefused)) throw error;
    return { kind: "refused", refusal: error.refusal };
  }
}
