import { describe, expect, it } from "vitest";
import { grafanaView, searchedRoute } from "../../../app/grafana/grafana-view";
import { knownRoutes } from "../../../app/grafana/siblings";
import { failingSpans, slowSpans } from "../../../app/grafana/traceql";
import { normaliseRoute } from "../../../app/ingest/route";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import { parseTraceQl } from "../../support/grafana";
import { NOW } from "../../support/measurements";
import { type RecordedRequest, recordedSetUps, type SetUp } from "../../support/recorded-spans";
import { NOTATIONS, type PageName } from "../../support/site-pages";
import { findsTrace, type TempoVersion } from "../../support/traceql/evaluator";
import { writtenSetUps } from "../../support/written-spans";
import { grafanaConfig, TEMPO_2, TEMPO_3, TEMPO_2_9 } from "./arbitraries";

const SET_UPS = [...recordedSetUps(), ...writtenSetUps()];

/** What the cockpit of a set-up calls each request: `null` for a request that no page of a known route answered. */
type Naming = (request: RecordedRequest) => string | null;

const withPrefix = (prefix: string, route: string): string => {
  if (prefix === "") return route;
  if (route.startsWith("routes/")) {
    const id = route.slice("routes/".length);
    return `routes/${prefix.slice(1)}.${id}`;
  }
  return route === "/" ? prefix : `${prefix}/${route.replace(/^\//, "")}`;
};

/** Pages that name their route in one notation. */
const inNotation =
  (notation: string, { prefix }: SetUp): Naming =>
  ({ page }) => {
    const route = page === null ? null : (NOTATIONS[notation]?.[page] ?? null);
    return route === null ? null : withPrefix(prefix, route);
  };

/** Pages that name no route: the cockpit derives it from the path. */
const byPath: Naming = ({ path }) => normaliseRoute(path, []);

const TEMPOS = { "3.0.3": TEMPO_3, "2.10.8": TEMPO_2, "2.9": TEMPO_2_9 } as const;

type Counts = { pairs: number; missed: string[]; wrong: string[] };

/**
 * Evaluates the link of every route of a site over all of its requests.
 * @param siblings whether the cockpit knows the site's other routes
 */
function count(setUp: SetUp, naming: Naming, version: TempoVersion & keyof typeof TEMPOS, siblings = true): Counts {
  const config = grafanaConfig({ tempo: TEMPOS[version], routeBase: parseRoute(setUp.basePath) ?? [] });
  const names = setUp.requests.map(naming);
  const routes = [...new Set(names.filter((name) => name !== null))];
  const view = grafanaView(DEFAULT_QUERY, NOW, siblings ? knownRoutes(routes) : []);
  const counts: Counts = { pairs: 0, missed: [], wrong: [] };
  for (const route of routes) {
    const query = slowSpans(config, { ...view, release: "2.4.1", route: searchedRoute(route) }, 0);
    for (const [i, { path, traces }] of setUp.requests.entries()) {
      const isFound = traces.some((trace) => findsTrace(query, trace, version));
      const isOwn = names[i] === route;
      if (isOwn) counts.pairs += 1;
      if (isOwn && !isFound && traces.length > 0) counts.missed.push(`${setUp.name}: ${route} misses ${path}`);
      if (!isOwn && isFound) counts.wrong.push(`${setUp.name}: ${route} finds ${path}`);
    }
  }
  return counts;
}

const sum = (all: readonly Counts[]): Counts => ({
  pairs: all.reduce((total, { pairs }) => total + pairs, 0),
  missed: all.flatMap(({ missed }) => missed),
  wrong: all.flatMap(({ wrong }) => wrong),
});

const ownNotation = SET_UPS.filter(({ notation }) => notation in NOTATIONS);

describe("links on the spans of real servers", () => {
  it("x", () => {
    for (const version of ["3.0.3", "2.10.8", "2.9"] as const) {
      for (const siblings of [true, false]) {
        const rows = {
          own: sum(ownNotation.map((s) => count(s, inNotation(s.notation, s), version, siblings))),
          path: sum(SET_UPS.map((s) => count(s, byPath, version, siblings))),
          all: sum(SET_UPS.flatMap((s) => Object.keys(NOTATIONS).map((n) => { const c = count(s, inNotation(n, s), version, siblings); return { ...c, missed: c.missed.map((m) => `${n} ${m}`), wrong: c.wrong.map((m) => `${n} ${m}`) }; }))),
        };
        for (const [name, { pairs, missed, wrong }] of Object.entries(rows)) {
          process.stdout.write(`${version} siblings=${siblings} ${name}: ${pairs - missed.length}/${pairs} (${((1 - missed.length / pairs) * 100).toFixed(1)} %), wrong ${wrong.length}\n`);
          if (siblings && version === "3.0.3") process.stdout.write([...missed.map((m) => `   miss ${m}`).slice(0, 150), ...wrong.map((m) => `   WRONG ${m}`).slice(0, 60)].join("\n") + "\n");
        }
      }
    }
  });
});
