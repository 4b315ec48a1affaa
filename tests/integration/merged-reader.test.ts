import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMergedReader, type MergedReader } from "../../app/query/summaries/merged-reader.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { decodePacked } from "../../app/stats/sketch/decoded-sketches";
import { scaleOf } from "../../app/stats/sketch/scale";
import { addToBucket, createSketch, type Sketch } from "../../app/stats/sketch/sketch";
import type { Statements } from "../../app/storage/statements.server";
import type { SummaryFilter } from "../../app/storage/summary-filter";
import type { SummaryGroup } from "../../app/storage/summary-periods.server";
import type { SummarySet } from "../../app/storage/summary-sets";
import { METRICS } from "../../app/vitals/metrics";
import { HOUR } from "../../app/vitals/time";
import { examples, measurement, NOW } from "../support/measurements";
import { Store } from "../support/store";

const PLENTY = 1_000_000;
const EVERYTHING: SummaryFilter = { route: null, buildVersion: null, devices: null, navigation: null };
const HOURLY: SummarySet = { grain: "hourly", scope: "routes" };
const THIS_HOUR = Math.floor(NOW / HOUR);

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** A reader of one block of periods. */
type BlockReader = (
  set: SummarySet,
  periods: readonly number[],
  filter: SummaryFilter,
) => Promise<SummaryGroup[]>;

/** A merged reader, and how often it reads summaries. */
function readerOf(room = PLENTY): { read: BlockReader; readAll: MergedReader; reads: () => number } {
  let reads = 0;
  const counted: Statements = {
    ...store.database.read,
    query: (name, row, statement) => {
      if (name.startsWith("selectGroups")) reads += 1;
      return store.database.read.query(name, row, statement);
    },
  };
  const readAll = createMergedReader(counted, createSummaryReader(counted, 0), room);
  const read: BlockReader = async (set, periods, filter) =>
    (await readAll(set, [periods], filter))[0] as SummaryGroup[];
  return { read, readAll, reads: () => reads };
}

let ids = 0;
async function fold(hoursAgo: number, changes: Parameters<typeof measurement>[0] = {}): Promise<string> {
  ids += 1;
  const id = `merged ${ids}`;
  await store.ingest(measurement({ id, receivedAt: NOW - hoursAgo * HOUR, ...changes }));
  await store.fold();
  return id;
}

/** The sketches of groups by metric, route and device. */
function cellsOf(groups: readonly SummaryGroup[]): Map<string, Sketch> {
  const cells = new Map<string, Sketch>();
  for (const { metric, routes, devices, prefetched, sketches } of groups) {
    const { buckets, counts, starts } = decodePacked(sketches, scaleOf(metric));
    routes.forEach((route, i) => {
      const name = `${metric} ${devices[i]} ${prefetched[i]} ${route}`;
      const sketch = cells.get(name) ?? createSketch(scaleOf(metric));
      cells.set(name, sketch);
      for (let at = starts[i] as number; at < (starts[i + 1] as number); at += 1) {
        addToBucket(sketch, buckets[at] as number, counts[at] as number);
      }
    });
  }
  return cells;
}

const ago = (...hours: number[]): number[] => hours.map((hour) => THIS_HOUR - hour);

/** The same, read unit by unit without a memory. */
async function plain(units: readonly number[], filter: SummaryFilter): Promise<Map<string, Sketch>> {
  const reader = createSummaryReader(store.database.read, 0);
  const groups: SummaryGroup[] = [];
  for (const unit of units) {
    for (const summaries of await reader({ ...HOURLY, from: unit, to: unit + 1 }, filter)) {
      groups.push(...summaries.groups);
    }
  }
  return cellsOf(groups);
}

describe("createMergedReader", () => {
  it("returns one sketch for each route and device of these periods", async () => {
    for (const hour of [0, 1, 2, 3]) {
      await fold(hour, { route: "/a", device: "mobile" });
      await fold(hour, { route: "/b", device: "desktop" });
    }
    const groups = await readerOf().read(HOURLY, ago(0, 1, 3), EVERYTHING);
    expect(groups).toHaveLength(1);
    expect(groups[0]?.routes).toHaveLength(2);
    expect([...cellsOf(groups).values()].map(({ n }) => n)).toEqual([3, 3]);
  });

  it("keeps prefetched loads apart", async () => {
    for (const hour of [0, 1]) {
      await fold(hour);
      await fold(hour, { deliveryType: "navigational-prefetch" });
    }
    const [group, ...others] = await readerOf().read(HOURLY, ago(0, 1), EVERYTHING);
    expect(others).toEqual([]);
    expect([...(group?.prefetched ?? [])].sort()).toEqual([false, true]);
    expect([...cellsOf(group === undefined ? [] : [group]).values()].map(({ n }) => n)).toEqual([2, 2]);
  });

  it("merges each block of periods apart", async () => {
    const { readAll, reads } = readerOf();
    for (const hour of [1, 2, 3, 4]) await fold(hour);
    await store.closePeriods(NOW + HOUR);
    const sizesOf = (blocks: SummaryGroup[][]): number[] =>
      blocks.map((groups) => [...cellsOf(groups).values()].reduce((sum, { n }) => sum + n, 0));
    const first = await readAll(HOURLY, [ago(1, 2, 4), ago(3), ago(9)], EVERYTHING);
    expect(sizesOf(first)).toEqual([3, 1, 0]);
    const before = reads();
    await fold(3);
    await store.closePeriods(NOW + HOUR);
    const [same, written] = await readAll(HOURLY, [ago(1, 2, 4), ago(3)], EVERYTHING);
    expect(same).toBe(first[0]);
    expect(sizesOf([written ?? []])).toEqual([2]);
    expect(reads()).toBe(before + 1);
  });

  it("caches periods until a write changes them", async () => {
    const { read, reads } = readerOf();
    for (const hour of [0, 1, 2]) await fold(hour);
    await store.closePeriods(NOW + HOUR);
    const first = await read(HOURLY, ago(1, 2), EVERYTHING);
    expect(await read(HOURLY, ago(1, 2), EVERYTHING)).toBe(first);
    expect(reads()).toBe(1);
    // A write elsewhere changes nothing of them.
    await fold(0);
    expect(await read(HOURLY, ago(1, 2), EVERYTHING)).toBe(first);
    expect(reads()).toBe(1);
    await fold(2);
    expect([...cellsOf(await read(HOURLY, ago(1, 2), EVERYTHING)).values()].map(({ n }) => n)).toEqual([3]);
  });

  it("follows repeated reports and folds of another process", async () => {
    const { read } = readerOf();
    const id = await fold(5, { value: 1_000 });
    const before = cellsOf(await read(HOURLY, ago(4, 5), EVERYTHING));
    await store.ingest(measurement({ id, value: 5_000, sequence: 2 }));
    await store.fold();
    const after = cellsOf(await read(HOURLY, ago(4, 5), EVERYTHING));
    expect([...after.values()].map(({ n }) => n)).toEqual([1]);
    expect(after).not.toEqual(before);
    const other = await store.alsoOpen();
    await other.ingest(measurement({ id: "from elsewhere", receivedAt: NOW - 4 * HOUR }));
    await other.fold();
    await other.close();
    const then = cellsOf(await read(HOURLY, ago(4, 5), EVERYTHING));
    expect([...then.values()].map(({ n }) => n)).toEqual([2]);
  });

  it("caches by periods, set and filter", async () => {
    const { read } = readerOf();
    await fold(0, { route: "/a", buildVersion: "1" });
    await fold(1, { route: "/b", buildVersion: "2" });
    const count = async (units: number[], filter: Partial<SummaryFilter>, set = HOURLY): Promise<number> =>
      [...cellsOf(await read(set, units, { ...EVERYTHING, ...filter })).values()].reduce(
        (sum, { n }) => sum + n,
        0,
      );
    for (let i = 0; i < 2; i += 1) {
      expect(await count(ago(0, 1), {})).toBe(2);
      expect(await count(ago(0, 2), {})).toBe(1);
      expect(await count(ago(0, 1), { buildVersion: "2" })).toBe(1);
      expect(await count(ago(0, 1), { route: "/c" })).toBe(0);
      expect(await count(ago(0, 1), {}, { grain: "hourly", scope: "totals" })).toBe(2);
    }
  });

  it("evicts the least recently used entry, and merges every time without a cache", async () => {
    for (const hour of [0, 1, 2]) await fold(hour);
    await store.closePeriods(NOW + HOUR);
    const none = readerOf(0);
    const twice = [
      await none.read(HOURLY, ago(0, 1), EVERYTHING),
      await none.read(HOURLY, ago(0, 1), EVERYTHING),
    ];
    expect(twice[0]).toEqual(twice[1]);
    expect(none.reads()).toBe(2);
    // Room for about two of the three, each of which is some 330 bytes.
    const some = readerOf(800);
    const isRead = async (...hours: number[]): Promise<boolean> => {
      const before = some.reads();
      await some.read(HOURLY, ago(...hours), EVERYTHING);
      return some.reads() > before;
    };
    expect([await isRead(0, 1), await isRead(0, 2), await isRead(0, 1)]).toEqual([true, true, false]);
    expect(await isRead(1, 2)).toBe(true);
    expect([await isRead(0, 1), await isRead(0, 2)]).toEqual([false, true]);
  });
});

it("createMergedReader returns the same as an uncached reader after any writes", async () => {
  const step = fc.oneof(
    fc.record({
      hoursAgo: fc.double({ min: 0, max: 5, noNaN: true }),
      number: fc.nat(25),
      value: fc.integer({ min: 0, max: 100 }),
      route: fc.constantFrom("/a", "/b"),
      device: fc.constantFrom("mobile" as const, "desktop" as const),
      buildVersion: fc.constantFrom("1", "2"),
    }),
    fc.record({
      hours: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 5 }),
      buildVersion: fc.constantFrom(null, "1"),
    }),
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.constantFrom(0, 1_500, PLENTY),
      async (steps, room) => {
        round += 1;
        const { read } = readerOf(room);
        for (const one of steps) {
          if ("hours" in one) {
            const filter = { ...EVERYTHING, buildVersion: one.buildVersion };
            const units = ago(...one.hours);
            const merged = cellsOf(await read(HOURLY, units, filter));
            expect([...merged].sort()).toEqual([...(await plain(units, filter))].sort());
          } else {
            const { hoursAgo, number, ...changes } = one;
            const metric = METRICS[number % METRICS.length] ?? "LCP";
            const receivedAt = NOW - Math.floor(hoursAgo * HOUR);
            await store.ingest(measurement({ ...changes, id: `${round} ${number}`, metric, receivedAt }));
            await store.fold();
          }
        }
      },
    ),
    examples(12),
  );
});
