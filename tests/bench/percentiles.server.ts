import pg from "pg";
import { now as clock, monotonic } from "../../app/platform/clock.server";
import { vitalsJson } from "../../app/presenters/api/vitals-json";
import { DEFAULT_QUERY, PERCENTILES } from "../../app/query/cockpit-query";
import { READER_LIMITS } from "../../app/query/comparison/reader-limits";
import { createComparisonReaders } from "../../app/query/comparison/readers.server";
import { PageContext, type PageSources } from "../../app/query/page-context.server";
import { createReleaseMemory } from "../../app/query/releases/release-memory";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { distributionsOf, type MetricDistributions } from "../../app/query/view/distribution";
import { createViewMemory } from "../../app/query/view/view-memory";
import { foldBatch } from "../../app/rollup/fold.server";
import { quantile } from "../../app/stats/sketch/sketch";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { byMetric, METRICS, type Metric } from "../../app/vitals/metrics";
import { DAY, type TimeWindow, windowOfRange } from "../../app/vitals/time";
import { createDatabase } from "../support/postgresql/databases";
import { startPostgresql } from "../support/postgresql/server";
import { measurementsOf, PER_BEACON, ROUTES } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { type Figure, type Target, toFigure } from "./figures";
import { writeMeasuredSite } from "./measured-site.server";
import { p50Of, RETENTION } from "./read.server";
import { alternate } from "./rounds";

const BY_DEFAULT = 1_000_000;
const IN_FULL = 10_000_000;
const ROUNDS = 3;

/** Page views that arrive before each answer, on all routes. */
const ARRIVING = 100;

const RANGES = [
  { range: "24h", atLeast: 20 },
  { range: "30d", atLeast: 200 },
] as const;

type Range = (typeof RANGES)[number]["range"];

/** The relative error that sketches promise; the rest is for values between two neighbours, and rounding. */
const TOLERANCE = 0.005 + 0.001;

const percentilesOf = (groups: string): string => `
  SELECT metric, ${groups.includes("route") ? "route" : "NULL AS route"}, count(*)::integer AS n,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY value) AS p75
  FROM web_vitals_raw
  WHERE received_at >= $1 AND received_at < $2 AND device <> 'bot'
  GROUP BY ${groups}`;

/** Of each metric, and of each metric and route. */
const OF_METRICS = percentilesOf("metric");
const OF_ALL = percentilesOf("GROUPING SETS ((route, metric), (metric))");

type Row = { metric: Metric; route: string | null; n: number; p75: number };

export const percentilesBench: Bench = async (context) => {
  const server = await startPostgresql();
  try {
    return await measure(context, await createDatabase(server.url, null));
  } finally {
    await server.remove();
  }
};

async function measure({ isFull, log }: BenchContext, url: string): Promise<Figure[]> {
  const rows = isFull ? IN_FULL : BY_DEFAULT;
  const at = clock();
  const database = await openDatabase(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    log(`percentiles: storing ${rows} measurements of 30 days, and their summaries`);
    const pageViews = rows / PER_BEACON;
    await writeMeasuredSite(database, client, {
      window: { from: windowOfRange("30d", at).from, to: at },
      pageViews,
    });
    await client.query("VACUUM ANALYZE");
    // The groups of 30 days are sorted in memory.
    await client.query("SET work_mem = '1GB'");
    const arrive = arrivalsOf(database, pageViews, at);
    const figures: Figure[] = [];
    for (const { range, atLeast } of RANGES) {
      log(`percentiles: ${range}`);
      const window = windowOfRange(range, at);
      const warm = sourcesOn(database, at);
      await checkSame(await select(client, OF_ALL, window), contextOf(warm, range));
      const rounds = await alternate(ROUNDS, {
        ofAll: () => timed(() => select(client, OF_ALL, window)),
        ofMetrics: () => timed(() => select(client, OF_METRICS, window)),
        answer: () => p50Of({ answer: () => answer(contextOf(warm, range)), before: arrive }),
        metrics: () => p50Of({ answer: () => readMetrics(contextOf(warm, range)), before: arrive }),
        cold: () => p50Of({ answer: () => answer(contextOf(sourcesOn(database, at), range)) }),
      });
      await checkSame(await select(client, OF_ALL, window), contextOf(warm, range));
      const figure = (
        name: string,
        of: "ofAll" | "ofMetrics",
        baseline: [string, number[]],
        target: Target | null = null,
      ): Figure =>
        toFigure({
          bench: "percentiles",
          name: `percentile_cont of ${name}, ${range}`,
          unit: "ms",
          rounds: rounds[of],
          baseline: { name: baseline[0], rounds: baseline[1] },
          ...(target !== null && { target }),
          sample: `${ROUNDS} rounds over ${rows.toLocaleString("en-US")} rows of 30 days in PostgreSQL (targets: --full); ours: p50 of 5 answers, while beacons arrive unless cold`,
        });
      const target = isFull ? ({ of: "ratio", atLeast } as const) : null;
      figures.push(
        figure("routes and metrics", "ofAll", ["our whole JSON answer", rounds.answer], target),
        figure("routes and metrics", "ofAll", ["our whole JSON answer, cold caches", rounds.cold]),
        figure("metrics alone", "ofMetrics", ["our percentiles of metrics alone", rounds.metrics], target),
      );
    }
    return figures;
  } finally {
    await client.end();
    await database.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = monotonic();
  await work();
  return monotonic() - start;
}

const select = async (client: pg.Client, statement: string, { from, to }: TimeWindow): Promise<Row[]> =>
  (await client.query<Row>(statement, [from, to])).rows;

/** What a process of the application reads with; nothing is remembered yet. */
function sourcesOn(database: Database, now: number): PageSources {
  const read = database.read;
  const summaries = createSummaryReader(read, READER_LIMITS.summaries);
  return {
    read,
    summaries,
    comparison: createComparisonReaders(read, summaries, READER_LIMITS),
    memory: { view: createViewMemory(READER_LIMITS.view), releases: createReleaseMemory() },
    isWaited: false,
    retention: { ...RETENTION, raw: 7 * DAY },
    now,
  };
}

const contextOf = (sources: PageSources, range: Range): PageContext =>
  new PageContext({ ...DEFAULT_QUERY, range }, sources);

/** The body of the JSON endpoint. */
async function answer(context: PageContext): Promise<string> {
  const view = await context.view();
  const routes = await context.routes();
  const releases = await context.releaseList();
  const { query, sources } = context;
  return JSON.stringify(
    vitalsJson({ query, ignored: [], view, routes, releases, comparison: null, now: sources.now }),
  );
}

const readMetrics = async (context: PageContext) => {
  const { total } = await context.view();
  return byMetric((metric) => quantile(total[metric], 0.75));
};

/** Page views of the newest five minutes, each once; the first has the number `view`. */
function arrivalsOf(database: Database, view: number, at: number): () => Promise<void> {
  let next = view;
  return async () => {
    const batch = Array.from({ length: ARRIVING }, () => measurementsOf(next++, at - 1)).flat();
    await storeMeasurements(database.write, batch, at);
    const folded = await foldBatch(database, batch.length, RETENTION, at);
    if (folded !== batch.length) throw new Error(`${folded} of ${batch.length} measurements were folded.`);
  };
}

/**
 * Checks that both sides describe the same measurements.
 * @throws Error for another number of samples, or another percentile of a metric
 */
async function checkSame(rows: readonly Row[], context: PageContext): Promise<void> {
  const { total } = await context.view();
  const byRoute = new Map<string | null, MetricDistributions>([[null, distributionsOf(total)]]);
  for (const { route, metrics } of await context.routes()) byRoute.set(route, metrics);
  const groups = (ROUTES + 1) * METRICS.length;
  if (rows.length !== groups || byRoute.size !== ROUTES + 1) {
    throw new Error(
      `There are ${rows.length} groups and ${byRoute.size - 1} routes, and not ${groups} and ${ROUTES}.`,
    );
  }
  for (const { route, metric, n, p75 } of rows) {
    const own = byRoute.get(route)?.[metric];
    const ours = own?.quantiles[PERCENTILES.indexOf(75)] ?? null;
    const isClose = ours !== null && Math.abs(ours / p75 - 1) <= TOLERANCE;
    if (own?.n !== n || (route === null && !isClose)) {
      throw new Error(`${metric} of ${route ?? "all routes"}: ${ours} of ${own?.n}, and not ${p75} of ${n}.`);
    }
  }
}
