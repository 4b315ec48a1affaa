import fc from "fast-check";
import type { GrafanaConfig } from "../../../app/grafana/grafana-config";
import { tempo } from "../../../app/grafana/tempo";
import { type CockpitQuery, DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { DAY, RANGES } from "../../../app/vitals/time";
import { NOW } from "../../support/measurements";

export const BASE = "https://grafana.example.com/grafana";

const LIMITS = { search: 7 * DAY, metrics: null, endCutoff: 30_000 };
export const TEMPO_3 = tempo("3.0", LIMITS);
export const TEMPO_2 = tempo("2.10.8", LIMITS);
export const TEMPO_2_9 = tempo("2.9.1", LIMITS);

export const grafanaConfig = (changes: Partial<GrafanaConfig> = {}): GrafanaConfig => ({
  baseUrl: BASE,
  orgId: "3",
  tracesUid: "tempo-uid",
  logsUid: "loki-uid",
  profilesUid: "pyroscope-uid",
  frontendDashboardUid: "faro-web-app",
  workerDashboardUid: "worker-overview",
  releasesDashboardUid: "web-vitals-by-release",
  frontendAppId: "77",
  serviceName: "shop-web",
  workerServiceName: "shop-worker",
  exploreFormat: "panes",
  attributes: {
    service: "resource.service.name",
    version: "resource.service.version",
    route: "span.http.route",
    status: "span.http.response.status_code",
    path: "span.url.path",
  },
  routeBase: [],
  tempo: TEMPO_3,
  ...changes,
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are meant so
/** What is hard to carry: in URLs, in JSON, in query languages, and for Grafana's own parsers. */
const HARD = [
  ..."[](){}\"'`\\/$&#+%?=|,;:*^.~<>! @",
  ...[
    "$id",
    "${id}",
    "$__interval",
    "${__from}",
    "[[...slug]]",
    "[[__range]]",
    "%20",
    "%5B",
    "&amp;",
    "\\u0041",
  ],
  ...["__gfp__x", "é", "漢字", "🛒", "\u202e", "\ufeff", "\u2028", "now", "1.42", "true", "{{x}}", "\\"],
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the list is over

/** Any route or build version that is stored: no control characters, no lone surrogates, up to 2,048 characters. */
export const aName: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(fc.oneof(fc.constantFrom(...HARD), fc.string({ unit: "grapheme" }))) },
    { weight: 1, arbitrary: fc.constantFrom("1.42", "0x1f", "1e5", "007", "Infinity", "$__all", "previous") },
    { weight: 1, arbitrary: fc.constantFrom(...HARD).map((part) => part.repeat(2_000 / part.length)) },
  )
  .map((parts) => (typeof parts === "string" ? parts : parts.join("")))
  .map((text) =>
    text
      .replace(/\p{Cc}/gu, "")
      .slice(0, 2_048)
      .toWellFormed(),
  )
  .filter((text) => text !== "" && !["(other)", "(unknown)", "unknown"].includes(text));

const times = fc
  .tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 24 * 90 }))
  .map(([before, length]) => {
    const to = Date.parse("2026-11-22T10:00:00.000Z") - before * 3_600_000;
    return { from: to - length * 3_600_000, to };
  });

export type Case = { query: CockpitQuery; expected: { from: string | number; to: string | number } };

/** A view of some route, release and range, and the times that a link of it must have. */
export const aView = (named = aName): fc.Arbitrary<Case> =>
  fc
    .record({
      route: fc.option(named),
      release: fc.option(named),
      range: fc.constantFrom(...(Object.keys(RANGES) as Array<keyof typeof RANGES>)),
      times: fc.option(times),
    })
    .map(({ route, release, range, times }) => ({
      query: { ...DEFAULT_QUERY, route, release, range, ...(times ?? {}) },
      expected: times ?? { from: `now-${range}`, to: "now" },
    }));

export { NOW };
