import { describe, expect, it } from "vitest";
import { grafanaView, searchedRoute } from "../../../app/grafana/grafana-view";
import { literal } from "../../../app/grafana/query-text";
import { knownRoutes } from "../../../app/grafana/siblings";
import { failingSpans, slowSpans } from "../../../app/grafana/traceql";
import { normaliseRoute } from "../../../app/ingest/route";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import { parseTraceQl } from "../../support/grafana";
import { NOW } from "../../support/measurements";
import { type RecordedRequest, recordedSetUps, type SetUp } from "../../support/recorded-spans";
import { NOTATIONS, type PageName, routeIn } from "../../support/site-pages";
import { findsTrace, type TempoVersion } from "../../support/traceql/evaluator";
import { writtenSetUps } from "../../support/written-spans";
import { grafanaConfig, TEMPO_2, TEMPO_3 } from "./arbitraries";

const RECORDED = recordedSetUps();
const SET_UPS = [...RECORDED, ...writtenSetUps()];
const OF_FRAMEWORKS = SET_UPS.filter(({ notation }) => notation in NOTATIONS);

const TEMPOS = {
  "3.1.0": TEMPO_3,
  "3.0.3": TEMPO_3,
  "2.10.8": TEMPO_2,
  "2.9": { ...TEMPO_2, comparesWithNil: false },
} as const satisfies Record<TempoVersion, unknown>;

const RELEASE = "2.4.1";

/** The route under which the cockpit knows a request; `null` where no page of a known route answers. */
type Naming = (request: RecordedRequest) => string | null;

/** Pages name their route in a notation. */
const inNotation =
  (notation: string, { prefix }: SetUp): Naming =>
  ({ page }) =>
    page === null ? null : routeIn(notation, page, prefix);

/** Pages name no route: the cockpit derives it from the path. */
const byPath: Naming = ({ path }) => normaliseRoute(path.replace(/\?.*/, ""), []);

type Options = { version?: TempoVersion; siblings?: boolean };

/** The query of a route's link, as a function. @param siblings whether the cockpit knows the site's other routes */
function linkOf(
  setUp: SetUp,
  routes: readonly string[],
  { version = "3.0.3", siblings = true }: Options,
  search = (...[config, view]: Parameters<typeof failingSpans>) => slowSpans(config, view, 0),
) {
  const config = grafanaConfig({ tempo: TEMPOS[version], routeBase: parseRoute(setUp.basePath) ?? [] });
  const query = { ...DEFAULT_QUERY, release: RELEASE };
  const view = grafanaView(query, NOW, siblings ? knownRoutes(routes) : []);
  return (route: string): string => search(config, { ...view, route: searchedRoute(route) });
}

type Pair = { setUp: string; route: string; path: string; page: PageName | null };
type Counts = { pairs: number; missed: Pair[]; wrong: Pair[] };

/** Evaluates the link of every route of a site over all of its requests. */
function count(
  setUp: SetUp,
  naming: Naming,
  options: Options = {},
  link?: (route: string) => string,
): Counts {
  const { name, requests } = setUp;
  const names = requests.map(naming);
  const routes = [...new Set(names.filter((one) => one !== null))];
  const queryOf = link ?? linkOf(setUp, routes, options);
  const counts: Counts = { pairs: 0, missed: [], wrong: [] };
  for (const route of routes) {
    const query = queryOf(route);
    for (const [i, { path, page, traces }] of requests.entries()) {
      if (traces.length === 0) continue;
      const isFound = traces.some((trace) => findsTrace(query, trace, options.version));
      const isOwn = names[i] === route;
      if (isOwn) counts.pairs += 1;
      if (isOwn && !isFound) counts.missed.push({ setUp: name, route, path, page });
      if (!isOwn && isFound) counts.wrong.push({ setUp: name, route, path, page });
    }
  }
  return counts;
}

const sum = (all: readonly Counts[]): Counts => ({
  pairs: all.reduce((total, { pairs }) => total + pairs, 0),
  missed: all.flatMap(({ missed }) => missed),
  wrong: all.flatMap(({ wrong }) => wrong),
});

const ROWS = {
  /** Pages name their route in their framework's notation. */
  own: (options: Options) =>
    sum(OF_FRAMEWORKS.map((setUp) => count(setUp, inNotation(setUp.notation, setUp), options))),
  /** Pages name no route. */
  path: (options: Options) => sum(SET_UPS.map((setUp) => count(setUp, byPath, options))),
  /** Pages of every notation on every server. */
  every: (options: Options) =>
    sum(
      Object.keys(NOTATIONS).flatMap((notation) =>
        SET_UPS.map((setUp) => count(setUp, inNotation(notation, setUp), options)),
      ),
    ),
};

const LEAST_FOUND = 0.97;

describe("slowSpans", () => {
  it("is tried on forty set-ups, most of them recorded", () => {
    expect(RECORDED.length).toBeGreaterThan(35);
    expect(SET_UPS.length).toBeGreaterThan(40);
    expect(SET_UPS.flatMap(({ requests }) => requests).length).toBeGreaterThan(700);
  });

  it.each([
    ["own", "3.0.3"],
    ["own", "2.10.8"],
    ["own", "2.9"],
    ["path", "3.0.3"],
    ["path", "2.10.8"],
    ["path", "2.9"],
    ["every", "3.0.3"],
    ["every", "2.10.8"],
    ["every", "2.9"],
  ] as const)("finds the traces of routes in %s notation, and no others, on Tempo %s", (row, version) => {
    const { pairs, missed, wrong } = ROWS[row]({ version });
    expect(wrong).toEqual([]);
    expect(1 - missed.length / pairs, JSON.stringify(missed.slice(0, 20))).toBeGreaterThan(LEAST_FOUND);
  });

  it("mistakes siblings alone, where the cockpit doesn't know them", () => {
    const { pairs, missed, wrong } = sum([ROWS.own({ siblings: false }), ROWS.path({ siblings: false })]);
    expect([...new Set(wrong.map(({ page }) => page))].sort()).toEqual(["install", "new"]);
    expect(1 - missed.length / pairs).toBeGreaterThan(LEAST_FOUND);
  });

  it("finds what equality doesn't", () => {
    const equality = (route: string) => `{ kind = server && span.http.route = ${literal(route)} }`;
    const { pairs, missed, wrong } = sum(SET_UPS.map((setUp) => count(setUp, byPath, {}, equality)));
    expect(missed.length / pairs).toBeGreaterThan(0.5);
    expect(wrong.length).toBeGreaterThan(0);
  });

  it("finds nothing of another service or version", () => {
    for (const setUp of RECORDED) {
      const link = linkOf(setUp, [], {});
      for (const { path, traces } of setUp.requests) {
        for (const { spans } of traces) {
          const query = link(normaliseRoute(path, []));
          const resource = { "service.name": "shop-web", "service.version": RELEASE };
          expect(findsTrace(query, { resource: { ...resource, "service.name": "other" }, spans })).toBe(
            false,
          );
          expect(findsTrace(query, { resource: { ...resource, "service.version": "2.4" }, spans })).toBe(
            false,
          );
        }
      }
    }
  });
});

describe("failingSpans", () => {
  it("finds failed requests of its route alone", () => {
    for (const setUp of RECORDED) {
      const names = setUp.requests.map(byPath);
      const link = linkOf(setUp, [...new Set(names.filter((one) => one !== null))], {}, failingSpans);
      const found = setUp.requests.map(({ traces }, i) =>
        traces.some((trace) => findsTrace(link(names[i] ?? ""), trace)),
      );
      const failed = setUp.requests.map(({ traces }) =>
        traces.some(({ spans }) =>
          spans.some(
            ({ kind, parent, status }) => status === "error" && (kind === "server" || parent === null),
          ),
        ),
      );
      expect(found, setUp.name).toEqual(failed);
    }
  });
});

describe("the query of a link", () => {
  it("is TraceQL by Grafana's grammar, in every notation, for every version of Tempo", () => {
    const [setUp] = RECORDED;
    if (setUp === undefined) throw new Error("Nothing is recorded.");
    for (const notation of [...Object.keys(NOTATIONS), "path"]) {
      const naming = notation === "path" ? byPath : inNotation(notation, setUp);
      const routes = [...new Set(setUp.requests.map(naming))].filter((route) => route !== null);
      for (const version of ["3.0.3", "2.9"] as const) {
        const link = linkOf(setUp, routes, { version });
        for (const route of routes) expect(() => parseTraceQl(link(route))).not.toThrow();
      }
    }
  });
});
