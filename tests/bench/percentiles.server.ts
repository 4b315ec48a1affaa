import pg from "pg";
import { now as clock, monotonic } from "../../app/platform/clock.server";
import { READER_LIMITS } from "../../app/query/comparison/reader-limits";
import { createReleaseMemory } from "../../app/query/releases/release-memory";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { createViewMemory } from "../../app/query/view/view-memory";
import { openDatabase } from "../../app/storage/database.server";
import { METRICS } from "../../app/vitals/metrics";
import { DAY, HOUR } from "../../app/vitals/time";
import { createDatabase } from "../support/postgresql/databases";
import { startPostgresql } from "../support/postgresql/server";
import type { Bench, BenchContext } from "./bench";
import { type Figure, type Target, toFigure } from "./figures";
import { LARGE_SITE, type Traffic } from "./fixture.server";
import { answer, CACHE_BYTES, p50Of, rewriteNewest } from "./read.server";
import { alternate } from "./rounds";
import { writeSite } from "./site.server";

const BY_DEFAULT = 1_000_000;
const IN_FULL = 10_000_000;
const LENGTH = 30 * DAY;
const ROUNDS = 3;

const RANGES = [
  { range: "24h", length: DAY, atLeast: 20 },
  { range: "30d", length: LENGTH, atLeast: 200 },
] as const;

/** Folded measurements of all routes, metrics and devices, evenly over 30 days, with values in no order. */
const FILL = `
  INSERT INTO web_vitals_raw (
    id, metric, value, folded_value, sequence, route, build_version, device, navigation_type, received_at, stored_at,
    library
  )
  SELECT
    'v6-' || received || '-' || (1000000000000 + i),
    ($4::text[])[1 + i % 5], value, value, 1, '/section-' || (i / 5 % $5::int) || '/[id]', $6,
    CASE i / 5 % 2 WHEN 0 THEN 'mobile' ELSE 'desktop' END, 'navigate', received, received, 'web-vitals/6.2.3'
  FROM (
    SELECT i, $2::bigint + (i * ($3::double precision / $1))::bigint AS received, (i * 7919 % 99991) / 10.0 AS value
    FROM generate_series(0::bigint, $1::bigint - 1) AS numbers(i)
  ) AS times`;

/** p75 of each route and metric, and of each metric over all routes. */
const PERCENTILES = `
  SELECT route, metric, count(*), percentile_cont(0.75) WITHIN GROUP (ORDER BY value)
  FROM web_vitals_raw
  WHERE received_at >= $1 AND received_at < $2 AND device <> 'bot'
  GROUP BY GROUPING SETS ((route, metric), (metric))`;

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
  const pageViewsPerHour = rows / METRICS.length / (LENGTH / HOUR);
  const traffic: Traffic = { ...LARGE_SITE, pageViewsPerHour };
  const database = await openDatabase(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    log(`percentiles: storing ${rows} measurements of 30 days, and their summaries`);
    await client.query(FILL, [rows, at - LENGTH, LENGTH, METRICS, traffic.routes, traffic.buildVersion]);
    await client.query("VACUUM ANALYZE web_vitals_raw");
    await writeSite(database, at, traffic);
    // The groups of 30 days are sorted in memory.
    await client.query("SET work_mem = '1GB'");
    const warm = createSummaryReader(database.read, CACHE_BYTES);
    const memory = { view: createViewMemory(READER_LIMITS.view), releases: createReleaseMemory() };
    const cold = () => createSummaryReader(database.read, CACHE_BYTES);
    const figures: Figure[] = [];
    for (const { range, length, atLeast } of RANGES) {
      log(`percentiles: ${range}`);
      const rounds = await alternate(ROUNDS, {
        percentileCont: () => percentileCont(client, at - length, at, traffic.routes),
        warm: () =>
          p50Of({
            answer: () => answer(database, warm, range, at, memory),
            before: () => rewriteNewest(database, at, traffic),
          }),
        cold: () => p50Of({ answer: () => answer(database, cold(), range, at) }),
      });
      const figure = (name: string, baseline: number[], target: Target | null): Figure =>
        toFigure({
          bench: "percentiles",
          name: `percentile_cont, ${range}`,
          unit: "ms",
          rounds: rounds.percentileCont,
          baseline: { name, rounds: baseline },
          ...(target !== null && { target }),
          sample: `${ROUNDS} rounds over ${rows.toLocaleString("en-US")} rows of 30 days in PostgreSQL (targets: --full)`,
        });
      figures.push(
        figure("our answer while beacons arrive", rounds.warm, isFull ? { of: "ratio", atLeast } : null),
        figure("our answer, cold cache", rounds.cold, null),
      );
    }
    return figures;
  } finally {
    await client.end();
    await database.close();
  }
}

async function percentileCont(client: pg.Client, from: number, to: number, routes: number): Promise<number> {
  const start = monotonic();
  const { rows } = await client.query(PERCENTILES, [from, to]);
  const ms = monotonic() - start;
  const groups = (routes + 1) * METRICS.length;
  if (rows.length !== groups) throw new Error(`There are ${rows.length} groups instead of ${groups}.`);
  return ms;
}
