import { now as clock } from "../../app/platform/clock.server";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { openDatabase } from "../../app/storage/database.server";
import type { RangeName } from "../../app/vitals/time";
import { answer, coldReaders, cpuOf } from "./answers.server";
import { measureArriving, measureReleases } from "./arriving.server";
import { startAsked } from "./asked-cockpit.server";
import type { Bench } from "./bench";
import {
  type ComparedKind,
  createComparedSite,
  KINDS,
  newestBuildOf,
  RELEASES,
} from "./compared-sites.server";
import { type Figure, type Target, toFigure } from "./figures";
import { LARGE_SITE } from "./fixture.server";
import { compareInMemory, IN_MEMORY } from "./memory-comparison.server";
import { alternate } from "./rounds";
import { median } from "./statistics";
import type { Workplace } from "./workplace.server";

const PAGE = "/admin/performance";
const ENDPOINT = "/api/admin/performance/web-vitals";

const ROUNDS = 5;
const ANSWERS = 3;
const WARM_UP = 2;

const SITE = `${LARGE_SITE.routes} routes × ${LARGE_SITE.devices.length} devices at ${LARGE_SITE.pageViewsPerHour} page views an hour`;
const SAMPLE = `${ROUNDS} rounds of ${ANSWERS} answers, CPU time of the process; ${SITE}`;

const TARGETS: ReadonlyArray<[range: RangeName, target: Target]> = [
  ["24h", { of: "ratio", atMost: 1.5 }],
  ["7d", { of: "value", atMost: 250 }],
  ["30d", { of: "value", atMost: 250 }],
];

export const comparisonBench: Bench = async ({ workplace, log }) => {
  const at = clock();
  const figures: Figure[] = [];
  for (const kind of KINDS) {
    const name = `compared-${kind}.db`;
    log(`comparison: ${kind}`);
    await createComparedSite(workplace.file(name), kind, at);
    figures.push(...(await measurePages(workplace, workplace.file(name), kind)));
    for (const [range] of TARGETS) figures.push(await measureCold(workplace.file(name), kind, range, at));
    const buildVersion = newestBuildOf(kind);
    figures.push(...(await measureArriving(workplace.file(name), { name: kind, buildVersion, at })));
    workplace.remove(name);
  }
  log("comparison: releases");
  const releases = workplace.file("releases.db");
  await createComparedSite(releases, "everyOtherDay", at, { ...LARGE_SITE, routes: 5 });
  const buildVersion = newestBuildOf("everyOtherDay");
  figures.push(await measureReleases(releases, { buildVersion, releases: RELEASES, at }));
  workplace.remove("releases.db");
  log("comparison: in memory");
  figures.push(await measureInMemory());
  return figures;
};

/** Page and JSON endpoint of a running server with warm caches, with and without comparison. */
async function measurePages(workplace: Workplace, file: string, kind: ComparedKind): Promise<Figure[]> {
  const cockpit = await startAsked(workplace, file);
  try {
    const figures: Figure[] = [];
    for (const [range, target] of TARGETS) {
      const { comparison } = await cockpit.ask(`range=${range}&compare=previous`);
      if (comparison?.windows !== "model") {
        throw new Error(`The releases were compared by ${comparison?.windows} windows, not by the model.`);
      }
      const timed = async (path: string, search = ""): Promise<number> => {
        const before = await cockpit.cpu();
        for (let i = 0; i < ANSWERS; i += 1) await cockpit.get(`${path}?range=${range}${search}`);
        return ((await cockpit.cpu()) - before) / ANSWERS;
      };
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
        unit: "ms of CPU",
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

/** The JSON response, computed in this process with empty caches. */
async function measureCold(file: string, kind: ComparedKind, range: RangeName, at: number): Promise<Figure> {
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
      unit: "ms of CPU",
      sample: SAMPLE,
      rounds: rounds.compared,
      baseline: { name: "without comparison", rounds: rounds.without },
    });
  } finally {
    await database.close();
  }
}

/** The median CPU time of some answers of this process. */
async function p50Of(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ANSWERS; i += 1) times.push(await cpuOf(work));
  return median(times);
}

async function measureInMemory(): Promise<Figure> {
  const compare = compareInMemory();
  const { all } = await alternate<{ all: number }>(ROUNDS, { all: () => p50Of(compare) }, WARM_UP);
  return toFigure({
    bench: "comparison",
    name: "1,000 routes on one metric, from memory",
    unit: "ms of CPU",
    rounds: all,
    target: { of: "value", atMost: 150 },
    sample: `${ROUNDS} rounds of ${ANSWERS}, p50; ${IN_MEMORY}`,
  });
}
