import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createSummaryReader,
  type PeriodSummaries,
  type SummaryReader,
} from "../../app/query/summaries/summary-reader.server";
import { decodePacked } from "../../app/stats/sketch/decoded-sketches";
import { unpackSketch } from "../../app/stats/sketch/packed-sketch";
import { scaleOf } from "../../app/stats/sketch/scale";
import type { Statements } from "../../app/storage/statements.server";
import type { SummaryFilter } from "../../app/storage/summary-filter";
import type { PeriodWindow, SummaryGroup } from "../../app/storage/summary-periods.server";
import { GRAINS, SUMMARY_SETS } from "../../app/storage/summary-sets";
import { DEVICES } from "../../app/vitals/devices";
import { METRICS } from "../../app/vitals/metrics";
import { HOUR } from "../../app/vitals/time";
import { examples, measurement, NOW } from "../support/measurements";
import { Store } from "../support/store";

const PLENTY = 1_000_000;
const EVERYTHING: SummaryFilter = { route: null, buildVersion: null, devices: null, navigation: null };

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** Statements that count how often summaries are read. */
function counted(on: Statements): { read: Statements; reads: () => number } {
  let reads = 0;
  return {
    reads: () => reads,
    read: {
      ...on,
      query: (name, row, statement) => {
        if (name.startsWith("selectGroups")) reads += 1;
        return on.query(name, row, statement);
      },
    },
  };
}

/** The hours around now: `from` and `to` count from the current one. */
const hours = (from: number, to: number): PeriodWindow => {
  const hour = Math.floor(NOW / HOUR);
  return { grain: "hourly", scope: "routes", from: hour + from, to: hour + to };
};

let ids = 0;
/** Folds one measurement of the hour so many hours ago. */
async function fold(hoursAgo: number, changes: Parameters<typeof measurement>[0] = {}): Promise<string> {
  ids += 1;
  const id = `reader ${ids}`;
  await store.ingest(measurement({ id, receivedAt: NOW - hoursAgo * HOUR, ...changes }));
  await store.fold();
  return id;
}

const samplesOf = (units: Awaited<ReturnType<SummaryReader>>): number[] =>
  units.map(({ groups }) => groups.reduce((sum, { sketches }) => sum + unpackSketch(sketches).n, 0));

/** Each summary of a group: its key, buckets and counts. */
function summariesOf({ metric, routes, devices, prefetched, builds, sketches }: SummaryGroup): string[] {
  const { buckets, counts, starts } = decodePacked(sketches, scaleOf(metric));
  return routes.map((route, i) => {
    const own = [buckets, counts].map((column) => [...column.slice(starts[i], starts[i + 1])]);
    return JSON.stringify([metric, route, devices[i], prefetched[i], builds[i] ?? null, own]);
  });
}

/** The nodes of Citus answer in any order, and so do the groups of a statement. */
const inNoOrder = (units: readonly PeriodSummaries[]): object[] =>
  units.map(({ groups, samples, parts, ...unit }) => ({
    ...unit,
    summaries: groups.flatMap(summariesOf).sort(),
    samples: samples.map((count) => JSON.stringify(count)).sort(),
    parts: parts && inNoOrder(parts),
  }));

describe("createSummaryReader", () => {
  it("reads a period once while it does not change", async () => {
    const { read, reads } = counted(store.database.read);
    const reader = createSummaryReader(read, PLENTY);
    for (const hour of [0, 1, 2]) await fold(hour);
    await store.closePeriods(NOW + HOUR);
    const first = await reader(hours(-5, 1), EVERYTHING);
    expect(samplesOf(first)).toEqual([1, 1, 1]);
    expect(reads()).toBe(1);
    expect(await reader(hours(-5, 1), EVERYTHING)).toEqual(first);
    expect(await reader(hours(-1, 1), EVERYTHING)).toEqual(first.slice(1));
    expect(reads()).toBe(1);
  });

  it("reads only periods again that were written since", async () => {
    const { read, reads } = counted(store.database.read);
    const reader = createSummaryReader(read, PLENTY);
    for (const hour of [0, 1, 2, 3]) await fold(hour);
    await store.closePeriods(NOW + HOUR);
    await reader(hours(-5, 1), EVERYTHING);
    await fold(2);
    expect(samplesOf(await reader(hours(-5, 1), EVERYTHING))).toEqual([1, 2, 1, 1]);
    expect(reads()).toBe(2);
  });

  it("follows repeated reports of old hours", async () => {
    const reader = createSummaryReader(store.database.read, PLENTY);
    const id = await fold(20, { value: 1 });
    const before = await reader(hours(-30, 1), EVERYTHING);
    await store.ingest(measurement({ id, value: 5000, sequence: 2 }));
    await store.fold();
    const after = await reader(hours(-30, 1), EVERYTHING);
    expect(samplesOf(after)).toEqual([1]);
    expect(after).not.toEqual(before);
  });

  it("follows folds of another process", async () => {
    const other = await store.alsoOpen();
    const reader = createSummaryReader(store.database.read, PLENTY);
    await fold(0);
    expect(samplesOf(await reader(hours(-5, 1), EVERYTHING))).toEqual([1]);
    await other.ingest(measurement({ id: "from elsewhere" }));
    await other.fold();
    expect(samplesOf(await reader(hours(-5, 1), EVERYTHING))).toEqual([2]);
    await other.close();
  });

  it("caches by filter, table and scope", async () => {
    const reader = createSummaryReader(store.database.read, PLENTY);
    await fold(0, { route: "/a", device: "mobile", buildVersion: "1" });
    await fold(0, {
      route: "/b",
      device: "desktop",
      buildVersion: "2",
      navigationType: "back-forward-cache",
    });
    const count = async (filter: Partial<SummaryFilter>, window = hours(0, 1)): Promise<number[]> =>
      samplesOf(await reader(window, { ...EVERYTHING, ...filter }));
    for (let i = 0; i < 2; i += 1) {
      expect(await count({})).toEqual([2]);
      expect(await count({ route: "/a" })).toEqual([1]);
      expect(await count({ route: "/c" })).toEqual([0]);
      expect(await count({ devices: ["mobile"] })).toEqual([1]);
      expect(await count({ devices: ["mobile", "desktop"] })).toEqual([2]);
      expect(await count({ buildVersion: "2" })).toEqual([1]);
      expect(await count({ navigation: "bfcache" })).toEqual([1]);
      expect(await count({ navigation: "bfcache", device: "mobile" } as Partial<SummaryFilter>)).toEqual([1]);
      expect(await count({}, { ...hours(0, 1), scope: "totals" })).toEqual([2]);
      const day = Math.floor(NOW / GRAINS.daily.length);
      expect(await count({}, { grain: "daily", scope: "routes", from: day, to: day + 1 })).toEqual([2]);
    }
  });

  it("returns nothing for periods without data, and for an empty window", async () => {
    const reader = createSummaryReader(store.database.read, PLENTY);
    await fold(0);
    expect(await reader(hours(-5, 0), EVERYTHING)).toEqual([]);
    expect(await reader(hours(0, 0), EVERYTHING)).toEqual([]);
  });

  it("evicts the least recently used entry, and reads every time without a cache", async () => {
    const none = counted(store.database.read);
    const forgetful = createSummaryReader(none.read, 0);
    for (const hour of [0, 1, 2]) await fold(hour);
    await store.closePeriods(NOW + HOUR);
    const answers = [await forgetful(hours(-3, 1), EVERYTHING), await forgetful(hours(-3, 1), EVERYTHING)];
    expect(answers[0]).toEqual(answers[1]);
    expect(none.reads()).toBe(2);

    const some = counted(store.database.read);
    // Room for about two of the three hours, each of which is some 400 bytes.
    const bounded = createSummaryReader(some.read, 1_000);
    const hour = async (ago: number): Promise<boolean> => {
      const before = some.reads();
      await bounded(hours(-ago, 1 - ago), EVERYTHING);
      return some.reads() > before;
    };
    expect([await hour(0), await hour(1), await hour(0)]).toEqual([true, true, false]);
    expect(await hour(2)).toBe(true);
    expect([await hour(0), await hour(1)]).toEqual([false, true]);
  });

  it("counts empty results against the size of the cache", async () => {
    const { read, reads } = counted(store.database.read);
    const reader = createSummaryReader(read, 10_000);
    await fold(0);
    const ask = (route: string) => reader(hours(0, 1), { ...EVERYTHING, route });
    for (let i = 0; i < 200; i += 1) await ask(`/made-up/${i}`);
    const before = reads();
    await ask("/made-up/199");
    expect(reads()).toBe(before);
    await ask("/made-up/0");
    expect(reads()).toBe(before + 1);
  });
});

it("createSummaryReader returns the same as an uncached reader after any writes", async () => {
  const anyWindow = fc.record({
    set: fc.constantFrom(...SUMMARY_SETS),
    back: fc.nat(8),
    length: fc.nat(8),
  });
  const anyFilter: fc.Arbitrary<SummaryFilter> = fc.record({
    route: fc.constantFrom(null, "/a", "/b"),
    buildVersion: fc.constantFrom(null, "1"),
    devices: fc.constantFrom(null, ["mobile" as const], ["tablet" as const, "desktop" as const]),
    navigation: fc.constantFrom(null, "load" as const, "soft" as const),
  });
  const step = fc.oneof(
    fc.record({
      hoursAgo: fc.double({ min: 0, max: 8, noNaN: true }),
      number: fc.nat(20),
      value: fc.integer({ min: 0, max: 100 }),
      route: fc.constantFrom("/a", "/b"),
      device: fc.constantFrom(...DEVICES),
      buildVersion: fc.constantFrom("1", "2"),
      navigationType: fc.constantFrom("navigate" as const, "soft-navigation" as const),
    }),
    fc.record({ window: anyWindow, filter: anyFilter }),
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 30 }),
      fc.constantFrom(0, 1_500, PLENTY),
      async (steps, room) => {
        round += 1;
        const reader = createSummaryReader(store.database.read, room);
        for (const one of steps) {
          if ("window" in one) {
            const { set, back, length } = one.window;
            const to = Math.floor(NOW / GRAINS[set.grain].length) + 1;
            const window: PeriodWindow = {
              ...set,
              from: to - back - 1,
              to: Math.min(to, to - back + length),
            };
            const fresh = createSummaryReader(store.database.read, 0);
            const expected = inNoOrder(await fresh(window, one.filter));
            expect(inNoOrder(await reader(window, one.filter))).toEqual(expected);
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
    examples(15),
  );
});
