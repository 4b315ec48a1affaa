import { now as clock, monotonic } from "../../app/platform/clock.server";
import { vitalsJson } from "../../app/presenters/api/vitals-json";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { queryComparison } from "../../app/query/comparison/comparison.server";
import { withCurrentRelease } from "../../app/query/comparison/current-release-query";
import { type ComparisonReaders, createComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRoutes, queryView } from "../../app/query/view/view.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import type { RangeName } from "../../app/vitals/time";
import { startAsked } from "./asked-cockpit.server";
import type { Bench } from "./bench";
import { createComparedSite, KINDS } from "./compared-sites.server";
import { type Figure, type Target, toFigure } from "./figures";
import { LARGE_SITE } from "./fixture.server";
import { compareInMemory, IN_MEMORY } from "./memory-comparison.server";
import { RETENTION } from "./read.server";
import { alternate } from "./rounds";
import { median } from "./statistics";
import type { Workplace } from "./workplace.server";

type Kind = (typeof KINDS)[number];

const PAGE = "/admin/performance";
const ENDPOINT = "/api/admin/performance/web-vitals";

const ROUNDS = 5;
const ANSWERS = 3;
const WARM_UP = 2;

/** Cache sizes of the application's readers: bytes, and a number of results. */
const CACHES = { units: 64 * 1024 * 1024, merged: 32 * 1024 * 1024, decoded: 96 * 1024 * 1024, results: 4 };

const SITE = `${LARGE_SITE.routes} routes × ${LARGE_SITE.devices.length} devices at ${LARGE_SITE.pageViewsPerHour} page views an hour`;
const SAMPLE = `${ROUNDS} rounds of ${ANSWERS} answers, p50; ${SITE}`;

const TARGETS: ReadonlyArray<[range: RangeName, target: Target]> = [
  ["24h", { of: "ratio", atMost: 1.5 }],
  ["7d", { of: "value", atMost: 250 }],
  ["30d", { of: "value", atMost: 250 }],
];

export const comparisonBench: Bench = {
  title: "the cockpit while two releases of a large site are compared, and 1,000 routes in memory",
  async run({ workplace, log }) {
    const at = clock();
    const figures: Figure[] = [];
    for (const kind of KINDS) {
      const name = `compared-${kind}.db`;
      log(`comparison: ${kind}`);
      await createComparedSite(workplace.file(name), kind, at);
      figures.push(...(await measurePages(workplace, workplace.file(name), kind)));
      for (const [range] of TARGETS) figures.push(await measureCold(workplace.file(name), kind, range, at));
      workplace.remove(name);
    }
    log("comparison: in memory");
    figures.push(await measureInMemory());
    return figures;
  },
};

/** Page and JSON endpoint of a running server with warm caches, with and without comparison. */
async function measurePages(workplace: Workplace, file: string, kind: Kind): Promise<Figure[]> {
  const cockpit = await startAsked(workplace, file);
  try {
    const figures: Figure[] = [];
    for (const [range, target] of TARGETS) {
      const { comparison } = await cockpit.ask(`range=${range}&compare=previous`);
      if (comparison?.windows !== "model") {
        throw new Error(`The releases were compared by ${comparison?.windows} windows, not by the model.`);
      }
      const timed = (path: string, search = "") =>
        p50Of(() => cockpit.get(`${path}?range=${range}${search}`));
      const rounds = await alternate<Record<"page" | "pageCompared" | "json" | "jsonCompared", number>>(
        ROUNDS,
        {
          page: () => timed(PAGE),
          pageCompared: () => timed(PAGE, "&compare=previous"),
          json: () => timed(ENDPOINT),
          jsonCompared: () => timed(ENDPOINT, "&compare=previous"),
        },
        WARM_UP,
      );
      const figure = (name: string, measured: number[], baseline: number[]) => ({
        bench: "comparison",
        name: `${kind}, ${range}, ${name}`,
        unit: "ms",
        sample: SAMPLE,
        rounds: measured,
        baseline: { name: "without comparison", rounds: baseline },
      });
      figures.push(
        toFigure({ ...figure("page", rounds.pageCompared, rounds.page), target }),
        toFigure(figure("JSON", rounds.jsonCompared, rounds.json)),
      );
    }
    return figures;
  } finally {
    await cockpit.stop();
  }
}

const coldReaders = (database: Database): ComparisonReaders =>
  createComparisonReaders(database.read, createSummaryReader(database.read, CACHES.units), CACHES);

/** Computes a response like the loader of the JSON endpoint. */
async function answer(
  database: Database,
  readers: ComparisonReaders,
  requested: CockpitQuery,
  at: number,
): Promise<string> {
  const releases = await queryReleases(database.read, RETENTION.hourly, at);
  const query = withCurrentRelease(requested, releases, RETENTION, at);
  const view = await queryView(readers.units, query, RETENTION, at);
  const routes = await queryRoutes(readers.units, query, RETENTION, at);
  const context = { releases, retention: RETENTION, now: at };
  const comparison = query.compare === null ? null : await queryComparison(readers, query, context, view);
  const input = { query, ignored: [], view, routes, comparison, now: at };
  return JSON.stringify(vitalsJson({ ...input, releases: releases.releases }));
}

/** The JSON response, computed in this process with empty caches. */
async function measureCold(file: string, kind: Kind, range: RangeName, at: number): Promise<Figure> {
  const database = await openDatabase(`file:${file}`);
  try {
    const plain: CockpitQuery = { ...DEFAULT_QUERY, range };
    const comparing: CockpitQuery = { ...plain, compare: COMPARE_PREVIOUS };
    const rounds = await alternate<Record<"without" | "compared", number>>(
      ROUNDS,
      {
        without: () => p50Of(() => answer(database, coldReaders(database), plain, at)),
        compared: () => p50Of(() => answer(database, coldReaders(database), comparing, at)),
      },
      1,
    );
    return toFigure({
      bench: "comparison",
      name: `${kind}, ${range}, JSON, cold caches`,
      unit: "ms",
      sample: SAMPLE,
      rounds: rounds.compared,
      baseline: { name: "without comparison", rounds: rounds.without },
    });
  } finally {
    await database.close();
  }
}

async function p50Of(work: () => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (let i = 0; i < ANSWERS; i += 1) {
    const start = monotonic();
    await work();
    durations.push(monotonic() - start);
  }
  return median(durations);
}

async function measureInMemory(): Promise<Figure> {
  const compare = compareInMemory();
  const { all } = await alternate<{ all: number }>(ROUNDS, { all: () => p50Of(compare) }, WARM_UP);
  return toFigure({
    bench: "comparison",
    name: "1,000 routes on one metric, from memory",
    unit: "ms",
    rounds: all,
    target: { of: "value", atMost: 150 },
    sample: `${ROUNDS} rounds of ${ANSWERS}, p50; ${IN_MEMORY}`,
  });
}
