import { tempo } from "../tempo";
import {
  type CheckResult,
  isWorking,
  type MetricsOutcome,
  type Refusal,
  type RouteCheck,
} from "./check-result";

/** One line about a link: what it is of, and what it leads to. A `note` does not count as a failure. */
export type CheckLine = { status: "ok" | "failed" | "note"; subject: string; text: string };

export type CheckText = {
  /** What was asked: `Tempo 2.10.8 at http://tempo:3200, service shop-web, version 2.4.1`. */
  heading: string;
  lines: CheckLine[];
  /** `8 of 10 links work.`, or why Tempo could not be asked. */
  summary: string;
  /** Whether every link was checked and works. */
  isOk: boolean;
};

/** The result in words, for a terminal and for a page. */
export function checkText(result: CheckResult): CheckText {
  const { url, tempoVersion, service, release, routes, asked, metrics, failure } = result;
  const working = routes.filter(isWorking).length;
  const parts = [
    `Tempo${tempoVersion === null ? "" : ` ${tempoVersion}`} at ${url}`,
    service === null ? "all services" : `service ${service}`,
    ...(release === null ? [] : [`version ${release}`]),
  ];
  const counted = `${working} of ${asked} links work.`;
  return {
    heading: parts.join(", "),
    lines: [
      ...versionLines(result),
      ...routes.map((route) => routeLine(route, result)),
      ...metricsLines(metrics),
    ],
    summary:
      failure === null
        ? counted
        : `Tempo at ${url} can't be asked: ${sentence(failure)}${routes.length === 0 ? "" : ` ${counted}`}`,
    isOk: failure === null && working === asked,
  };
}

/** What of a version the links depend on; `null` for a build without a version's number. */
function featuresOf(version: string): string | null {
  const [, number] = /^v?(\d+\.\d+)/.exec(version) ?? [];
  return number === undefined
    ? null
    : JSON.stringify(tempo(number, { search: 0, metrics: null, endCutoff: 0 }));
}

function versionLines({ tempoVersion, assumedVersion }: CheckResult): CheckLine[] {
  const actual = tempoVersion === null ? null : featuresOf(tempoVersion);
  if (actual === null || actual === featuresOf(assumedVersion)) return [];
  const text = `Tempo is ${tempoVersion}, and the links are written for ${assumedVersion}.`;
  return [{ status: "note", subject: "GRAFANA_TEMPO_VERSION", text }];
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

function routeLine(check: RouteCheck, { service, release }: CheckResult): CheckLine {
  return {
    status: isWorking(check) ? "ok" : "failed",
    subject: check.route,
    text: outcomeText(check, service, release),
  };
}

const traceCount = (traces: number, isLimited: boolean): string =>
  `${traces}${isLimited ? " or more" : ""} ${traces === 1 && !isLimited ? "trace" : "traces"}`;

const listed = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(", ");

/** After the reason, the values that there are instead; nothing without any. */
const instead = (what: string, values: readonly string[]): string =>
  values.length === 0 ? "." : `; ${what} ${listed(values)}.`;

function outcomeText(
  { threshold, outcome }: RouteCheck,
  service: string | null,
  release: string | null,
): string {
  switch (outcome.kind) {
    case "slower":
      return `${traceCount(outcome.traces, outcome.isLimited)} slower than ${threshold} ms.`;
    case "none-slower":
      return `no trace slower than ${threshold} ms, ${traceCount(outcome.traces, outcome.isLimited)} of any duration.`;
    case "no-spans":
      return "Tempo has no span of these times. With tenants, set GRAFANA_TEMPO_TENANT.";
    case "no-service":
      return `no span of service ${JSON.stringify(service)} (GRAFANA_SERVICE_NAME)${instead("there are", outcome.services)}`;
    case "no-server-spans":
      return "no span of kind server. The HTTP instrumentation of OpenTelemetry creates them.";
    case "no-version":
      return `no span of version ${JSON.stringify(release)}${instead("the service has", outcome.versions)} Pages and server must report the same build version.`;
    case "no-attribute":
      return "no server span has a route, and no path matches.";
    case "catch-all":
      return `the server's spans name no page: their routes are ${listed(outcome.values)}.`;
    case "other-routes":
      return `no span of this route; the spans have ${listed(outcome.values)}.`;
    case "refused":
      return refusalText(outcome.refusal);
  }
}

function refusalText({ kind, text }: Refusal): string {
  if (kind === "range") return `Tempo refused the range: ${text}`;
  if (kind === "metrics-disabled") return `metrics are not enabled in Tempo (local-blocks): ${text}`;
  return `Tempo refused the query: ${text}`;
}

function metricsLines(metrics: MetricsOutcome | null): CheckLine[] {
  if (metrics === null) return [];
  const subject = "Latency by Version";
  if (metrics.kind === "refused") return [{ status: "note", subject, text: refusalText(metrics.refusal) }];
  const { series } = metrics;
  return [{ status: "ok", subject, text: `${series} ${series === 1 ? "version" : "versions"}.` }];
}
