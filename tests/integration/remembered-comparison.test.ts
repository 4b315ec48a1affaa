import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { queryComparison, querySiteComparison } from "../../app/query/comparison/comparison.server";
import { type ComparisonReaders, createComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryView } from "../../app/query/view/view.server";
import { foldBatch } from "../../app/rollup/fold.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { HOUR, MINUTE } from "../../app/vitals/time";
import { expectEqual } from "../support/expect-equal";
import { measurement, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

const CURRENT_HOUR = Math.floor(NOW / HOUR);
const ROUTES = ["/a", "/b", "/c"] as const;
const METRICS = ["LCP", "INP", "CLS"] as const;
const LONGEST = 10_000;

let store: Store;
afterEach(() => store.close());

let ids = 0;
const nextId = (): string => {
  ids += 1;
  return `v6-${ids}`;
};

type Views = { hoursAgo: number; build: string; count: number; seed: number };

/** Page views of one hour (before now), each with three metrics. */
const measurementsOf = ({ hoursAgo, build: buildVersion, count, seed }: Views): Measurement[] =>
  Array.from({ length: count }, (_, i) =>
    METRICS.map((metric) =>
      measurement({
        ...{ id: nextId(), metric, buildVersion, receivedAt: (CURRENT_HOUR - hoursAgo) * HOUR },
        ...{ route: ROUTES[i % 3] as string, device: i % 4 === 0 ? "mobile" : "desktop" },
        value: (metric === "CLS" ? 0.001 : 10) * (20 + ((i * 37 + seed * 11) % 80)),
      }),
    ),
  ).flat();

async function add(all: Measurement[]): Promise<void> {
  await storeMeasurements(store.database.write, all, store.at);
  await foldBatch(store.database, all.length, RETENTION, store.at);
}

/** A site's releases: the hours (before now) in which each was live, the first included. */
type Life = { build: string; from: number; to: number };

const SITES: Readonly<Record<string, readonly Life[]>> = {
  "releases one after the other": [
    { build: "2.4.0", from: 72, to: 29 },
    { build: "2.4.1", from: 28, to: 0 },
  ],
  "releases that are live at once for more than two days": [
    { build: "2.4.0", from: 90, to: 0 },
    { build: "2.4.1", from: 60, to: 0 },
  ],
  "releases without a day of history": [
    { build: "2.4.0", from: 12, to: 6 },
    { build: "2.4.1", from: 5, to: 0 },
  ],
};

function readersOf(bytes: number, refreshAt?: () => number, shortest = 0): ComparisonReaders {
  const { read } = store.database;
  return createComparisonReaders(read, createSummaryReader(read, bytes), {
    ...{ merged: bytes, decoded: bytes, results: 2 },
    ...(refreshAt && { refresh: { share: 0.02, shortest, longest: LONGEST, monotonic: refreshAt } }),
  });
}

const contextNow = async () => ({
  releases: await queryReleases(store.database.read, RETENTION.hourly, store.at),
  retention: RETENTION,
  now: store.at,
});

async function compare(readers: ComparisonReaders, query: CockpitQuery) {
  const view = await queryView(readers.units, query, RETENTION, store.at);
  return queryComparison(readers, query, await contextNow(), view);
}

/** The releases of a site, with measurements in every hour. */
const measurementsOfSite = (lives: readonly Life[]): Measurement[] =>
  lives.flatMap(({ build, from, to }) =>
    Array.from({ length: from - to + 1 }, (_, i) =>
      measurementsOf({ hoursAgo: to + i, build, count: 12, seed: i }),
    ).flat(),
  );

const COMPARED = { ...DEFAULT_QUERY, range: "24h", release: "2.4.1", compare: COMPARE_PREVIOUS } as const;

const asked = fc.record({
  metric: fc.constantFrom(...METRICS),
  route: fc.constantFrom(null, ...ROUTES),
  device: fc.constantFrom("all", "mobile"),
  span: fc.constantFrom("compared", "range"),
});

const step = fc.record({
  hoursAgo: fc.constantFrom(0, 0, 1, 2, 9, 27, 40),
  build: fc.constantFrom("2.4.0", "2.4.1"),
  count: fc.integer({ min: 1, max: 12 }),
  asked,
});

describe("a comparison with warm caches", () => {
  it.each(
    Object.entries(SITES),
  )("equals one with empty caches while beacons arrive (%s)", async (_, lives) => {
    store = await Store.open({ retention: RETENTION });
    await add(measurementsOfSite(lives));
    let time = 0;
    const large = readersOf(16 * 1024 * 1024);
    const small = readersOf(20_000);
    const reusing = readersOf(16 * 1024 * 1024, () => time);
    for (const { hoursAgo, build, count, asked: own } of fc.sample(step, { numRuns: 4, seed: 1 })) {
      await add(measurementsOf({ hoursAgo, build, count, seed: count }));
      store.at += MINUTE / 10;
      time += LONGEST;
      const query = { ...COMPARED, ...own } as const;
      const fresh = await compare(readersOf(0), query);
      expect(fresh.status).toBe("compared");
      for (const warm of [large, small, reusing]) expectEqual(await compare(warm, query), fresh);
    }
  });
  it("computes the routes again after they were computed with a model of older summaries", async () => {
    store = await Store.open({ retention: RETENTION });
    await add(measurementsOfSite(SITES["releases one after the other"] as readonly Life[]));
    let time = 0;
    const shortest = 500;
    const readers = readersOf(16 * 1024 * 1024, () => time, shortest);
    await querySiteComparison(readers, COMPARED, await contextNow());
    await add(measurementsOf({ hoursAgo: 1, build: "2.4.1", count: 60, seed: 5 }));
    time += shortest - 1;
    const fresh = await compare(readersOf(0), COMPARED);
    expect(await compare(readers, COMPARED)).not.toEqual(fresh);
    time += shortest;
    expectEqual(await compare(readers, COMPARED), fresh);
  });
});
