import { Random } from "../../app/cli/sample/random";
import type { Measurement } from "../../app/vitals/measurement";
import { METRICS, type Metric } from "../../app/vitals/metrics";

/** Measurements per beacon: every page view reports all five metrics at once. */
export const PER_BEACON = METRICS.length;

/** Where beacons are posted to. */
export const BEACON_PATH = "/api/analytics/web-vitals";

export const ROUTES = 50;
const BUILD_VERSION = "2.4.1";
const LIBRARY = "web-vitals/6.2.3";

const USER_AGENTS = [
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
] as const;

/** Medians of the log-normal distributions of values, in the metrics' units. */
export const MEDIANS: Readonly<Record<Metric, number>> = {
  INP: 120,
  LCP: 1900,
  CLS: 0.04,
  FCP: 1100,
  TTFB: 420,
};
export const SIGMA = 0.65;

const ATTRIBUTION: Readonly<Record<Metric, Readonly<Record<string, string | number>>>> = {
  INP: {
    interactionTarget: "#cart>button.add",
    interactionType: "pointer",
    inputDelay: 12.3,
    processingDuration: 61.5,
    presentationDelay: 40.2,
    loadState: "complete",
  },
  LCP: {
    target: "main>section.hero>img",
    url: "https://shop.example/images/hero.avif",
    timeToFirstByte: 310.4,
    resourceLoadDelay: 120.1,
    resourceLoadDuration: 640,
    elementRenderDelay: 80.7,
  },
  CLS: {
    largestShiftTarget: "main>div.banner",
    largestShiftValue: 0.0312,
    largestShiftTime: 1204.5,
    loadState: "complete",
  },
  FCP: { timeToFirstByte: 310.4, firstByteToFCP: 690.2, loadState: "dom-content-loaded" },
  TTFB: {
    waitingDuration: 3.1,
    cacheDuration: 0,
    dnsDuration: 20.4,
    connectionDuration: 61.9,
    requestDuration: 225,
  },
};

/** Draws a value of a metric, rounded like a browser's. */
function drawValue(random: Random, metric: Metric): number {
  const value = random.logNormal(MEDIANS[metric], SIGMA);
  return metric === "CLS" ? Math.round(value * 10_000) / 10_000 : Math.round(value * 10) / 10;
}

/** An id in the form of web-vitals, of a page opened at `at` (ms since the epoch). */
const idOf = (at: number, view: number, metric: Metric): string =>
  `v6-${at}-${1_000_000_000_000 + view * PER_BEACON + METRICS.indexOf(metric)}`;

const routeOf = (view: number): string => `/section-${view % ROUTES}/[id]`;

/** The measurements of page view `view` (a whole number), parsed; the same in each run. */
export function measurementsOf(view: number, at: number): Measurement[] {
  const random = new Random(1, "beacons").at(view);
  return METRICS.map((metric) => ({
    id: idOf(at, view, metric),
    metric,
    value: drawValue(random, metric),
    route: routeOf(view),
    buildVersion: BUILD_VERSION,
    device: view % 2 === 0 ? "mobile" : "desktop",
    navigationType: "navigate",
    receivedAt: at,
    sequence: 1,
    library: LIBRARY,
    attribution: ATTRIBUTION[metric],
  }));
}

/** The beacon of page view `view`, as the browser script sends it. */
export const bodyOf = (view: number, at: number): string =>
  JSON.stringify({
    v: 1,
    buildVersion: BUILD_VERSION,
    url: `https://shop.example/section-${view % ROUTES}/${view}`,
    route: routeOf(view),
    library: LIBRARY,
    measurements: measurementsOf(view, at).map(
      ({ id, metric, value, navigationType, sequence, attribution }) => ({
        id,
        name: metric,
        value,
        navigationType,
        sequence,
        attribution,
      }),
    ),
  });

/** The raw HTTP request with the beacon of page view `view`. */
export function requestOf(view: number, at: number, path = BEACON_PATH): Buffer {
  const body = bodyOf(view, at);
  return Buffer.from(
    [
      `POST ${path} HTTP/1.1`,
      "Host: cockpit.example",
      "Origin: https://shop.example",
      "Content-Type: text/plain;charset=UTF-8",
      `User-Agent: ${USER_AGENTS[view % USER_AGENTS.length]}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}
