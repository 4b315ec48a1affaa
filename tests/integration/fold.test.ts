import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { foldBatch, foldUnstored } from "../../app/rollup/fold.server";
import { FoldMemory } from "../../app/rollup/fold-memory.server";
import { newFoldSession } from "../../app/rollup/fold-session.server";
import { Pace } from "../../app/rollup/pace";
import type { Database } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY, FIVE_MINUTES, HOUR } from "../../app/vitals/time";
import { expectedSummaries, storedSummaries } from "../support/expected-summaries";
import { measurement, measurements, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** Ingests measurements of any time, and folds them. */
async function fold(...reports: Measurement[]): Promise<number> {
  for (const report of reports) await store.ingest(report);
  return store.fold();
}

/** Everything but the raw rows, to see whether something changed. */
const everything = (of: Store = store): unknown =>
  Object.fromEntries(
    of
      .tables()
      .filter(
        (name) =>
          ![
            "web_vitals_raw",
            "measurements",
            "labels",
            "label_totals",
            "writer_lock",
            "leases",
            "sequences",
            "summary_versions",
          ].includes(name),
      )
      .map((name) => [
        name,
        of
          .rows(`SELECT * FROM ${name}`)
          .map((row) => JSON.stringify(row))
          .sort(),
      ]),
  );

describe("foldBatch", () => {
  it("adds every measurement to the summaries of its periods, by every dimension", async () => {
    const all = [
      measurement({ id: "a" }),
      measurement({ id: "b", value: 1 }),
      measurement({ id: "c", route: "/b" }),
      measurement({ id: "d", device: "bot" }),
      measurement({ id: "e", buildVersion: "2" }),
      measurement({ id: "f", metric: "CLS", value: 0 }),
      measurement({ id: "g", navigationType: "back-forward-cache" }),
      measurement({ id: "h", navigationType: "soft-navigation" }),
      measurement({ id: "i", navigationType: "reload" }),
      measurement({ id: "j", navigationType: null }),
      measurement({ id: "k", receivedAt: NOW + FIVE_MINUTES }),
      measurement({ id: "l", receivedAt: NOW + HOUR }),
      measurement({ id: "m", receivedAt: NOW - DAY }),
      measurement({ id: "n", library: "other/1" }),
    ];
    expect(await fold(...all)).toBe(all.length);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
  });

  it("adds a measurement on the edge of a period to the period that begins", async () => {
    const start = Math.floor(NOW / DAY) * DAY;
    const all = [start - 1, start, start + 1].map((receivedAt, i) => measurement({ id: `${i}`, receivedAt }));
    await fold(...all);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
    await store.closePeriods(NOW + 2 * DAY);
    expect(store.rows("SELECT day, samples FROM web_vitals_daily ORDER BY day")).toEqual([
      { day: start / DAY - 1, samples: 1 },
      { day: start / DAY, samples: 2 },
    ]);
  });

  it("does nothing without pending measurements, and nothing the second time", async () => {
    expect(await store.fold()).toBe(0);
    await fold(...measurements(10));
    const before = everything();
    expect(await store.fold()).toBe(0);
    expect(await foldBatch(store.database, 1, RETENTION, NOW + DAY)).toBe(0);
    expect(everything()).toEqual(before);
  });

  it("folds at most its limit, oldest first, and continues from there", async () => {
    const all = measurements(10).map((m, i) => ({ ...m, receivedAt: NOW + ((i * 7) % 10) * HOUR }));
    await store.ingest(...all);
    expect(await store.foldOnce(4)).toBe(4);
    const oldest = all.filter(({ receivedAt }) => receivedAt < NOW + 4 * HOUR);
    expect(storedSummaries(store)).toEqual(expectedSummaries(oldest));
    expect([await store.foldOnce(4), await store.foldOnce(4), await store.foldOnce(4)]).toEqual([4, 2, 0]);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
  });

  it("fails where a write fails while the next slice is read, and folds the rest later", async () => {
    // Several slices: none of them has more than some hundred at first.
    const all = measurements(5_000);
    await store.ingest(...all);
    let writes = 0;
    const failing: Database = {
      ...store.database,
      script: (...script) => {
        writes += 1;
        return writes === 2 ? Promise.reject(new Error("disk full")) : store.database.script(...script);
      },
    };
    await expect(foldBatch(failing, all.length, RETENTION, NOW)).rejects.toThrow("disk full");
    await store.fold();
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
  });

  it("folds all of many kinds with long names, and remembers a part of them", async () => {
    const all = measurements(3_000).map((m, i) => ({ ...m, route: `/${i}/${"x".repeat(1_900)}` }));
    await storeMeasurements(store.database.write, all, NOW);
    const session = newFoldSession(store.database.read);
    const { memory } = session;
    expect(await foldBatch(store.database, 5_000, RETENTION, NOW, { session })).toBe(3_000);
    expect(memory.isFull).toBe(false);
    expect(memory.kinds.size.kinds).toBeGreaterThan(0);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
  });

  it("rates values on a threshold and one bit above it differently", async () => {
    const all = [2500, 2500 * (1 + 2 ** -52), 4000, 4000 * (1 + 2 ** -52), 0.1 + 0.2, 0].map((value, i) =>
      measurement({ id: `${i}`, value }),
    );
    const scores = [0.1, 0.1 + 2 ** -56, 0.25, 0.25 + 2 ** -54].map((value, i) =>
      measurement({ id: `cls ${i}`, metric: "CLS", value }),
    );
    await fold(...all, ...scores);
    expect(storedSummaries(store)).toEqual(expectedSummaries([...all, ...scores]));
    await store.closePeriods(NOW + 2 * DAY);
    expect(
      store.rows("SELECT metric, good, needs_improvement, poor FROM web_vitals_daily ORDER BY metric"),
    ).toEqual([
      { metric: "CLS", good: 1, needs_improvement: 2, poor: 1 },
      { metric: "LCP", good: 3, needs_improvement: 2, poor: 1 },
    ]);
  });

  it("distinguishes labels by case, blanks and accents", async () => {
    const labels = ["/a", "/A", "/a ", " /a", "/á", "/a\u0301", "", "1", "01", "1.0", "null", "'", '"', "%"];
    const all = labels
      .filter((label) => label !== "")
      .flatMap((label, i) => [
        measurement({ id: `r${i}`, route: label }),
        measurement({ id: `b${i}`, buildVersion: label }),
      ]);
    await fold(...all);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
  });
});

describe("foldBatch with repeated reports", () => {
  it("replaces the value in the summaries, also after it was folded", async () => {
    await fold(measurement({ value: 1000 }));
    const later = measurement({ value: 5000, sequence: 2 });
    expect(await fold(later)).toBe(1);
    expect(storedSummaries(store)).toEqual(expectedSummaries([later]));
  });

  it("keeps the hour, route and release of the first report", async () => {
    const first = measurement({ value: 1000 });
    await fold(first);
    store.at += 23 * HOUR;
    await fold({ ...first, value: 2, sequence: 2, receivedAt: store.at, route: "/b", buildVersion: "b" });
    expect(storedSummaries(store)).toEqual(expectedSummaries([{ ...first, value: 2 }]));
    expect(store.rows("SELECT build_version, samples FROM release_traffic")).toEqual([
      { build_version: "2.4.1", samples: 1 },
    ]);
  });

  it("folds nothing when a report changes nothing", async () => {
    await fold(measurement({ value: 1000 }));
    expect(await fold(measurement({ value: 1000, sequence: 2 }))).toBe(0);
    expect(await fold(measurement({ value: 7, sequence: 1 }))).toBe(0);
  });

  it("leaves no trace of values that went back and forth", async () => {
    const last = measurement({ value: 3, sequence: 9 });
    for (const [sequence, value] of [5000, 3, 5000, 3, 0, 3].entries()) {
      await fold(measurement({ value, sequence: sequence + 2 }));
    }
    await fold(last);
    expect(storedSummaries(store)).toEqual(expectedSummaries([last]));
  });

  it("counts one sample of traffic, route and library", async () => {
    await fold(measurement({ value: 1 }), measurement({ id: "b", value: 1 }));
    await fold(measurement({ value: 2, sequence: 2, library: "other/9" }));
    expect(store.rows("SELECT metric, samples FROM release_traffic")).toEqual([
      { metric: "LCP", samples: 2 },
    ]);
    expect(store.rows("SELECT route, samples FROM routes")).toEqual([
      { route: "/workspace/[id]", samples: 2 },
    ]);
    expect(store.value("SELECT libraries FROM releases")).toBe('{"web-vitals/6":2}');
  });
});

describe("recordReleaseActivity and addReleaseTraffic in a fold", () => {
  it("records when each release was first and last seen, in any order", async () => {
    for (const receivedAt of [NOW, NOW - HOUR, NOW + HOUR]) {
      await fold(measurement({ id: `${receivedAt}`, receivedAt }));
    }
    expect(store.rows("SELECT build_version, first_seen_at, last_seen_at FROM releases")).toEqual([
      { build_version: "2.4.1", first_seen_at: NOW - HOUR, last_seen_at: NOW + HOUR },
    ]);
  });

  it("records the traffic of people by hour and metric", async () => {
    await fold(
      measurement({ id: "a" }),
      measurement({ id: "b", device: "mobile" }),
      measurement({ id: "c", device: "bot" }),
      measurement({ id: "d", metric: "CLS", value: 0 }),
      measurement({ id: "e", receivedAt: NOW + HOUR }),
    );
    const hour = Math.floor(NOW / HOUR);
    expect(store.rows("SELECT hour, metric, samples FROM release_traffic ORDER BY hour, metric")).toEqual([
      { hour, metric: "CLS", samples: 1 },
      { hour, metric: "LCP", samples: 2 },
      { hour: hour + 1, metric: "LCP", samples: 1 },
    ]);
  });

  it("counts libraries by major version, whatever their names", async () => {
    const libraries = [
      "web-vitals/6.2.3",
      "web-vitals/6.0.0",
      "web-vitals/5.1.0",
      "@grafana/faro/2.12",
      null,
      "mine",
      "constructor",
      "__proto__",
      "toString/1",
    ];
    const all = libraries.map((library, i) => measurement({ id: `${i}`, library }));
    await fold(...all.slice(0, 5));
    await fold(...all.slice(5));
    await fold(...all.map((one) => ({ ...one, id: `again ${one.id}` })));
    expect(JSON.parse(store.value("SELECT libraries FROM releases"))).toEqual(
      JSON.parse(
        '{"web-vitals/6":4,"web-vitals/5":2,"@grafana/faro/2":2,"unknown":2,"mine":2,"constructor":2,"__proto__":2,"toString/1":2}',
      ),
    );
  });

  it("counts forged libraries together beyond a limit", async () => {
    const all = Array.from({ length: 500 }, (_, i) => measurement({ id: `${i}`, library: `made-up-${i}/1` }));
    await fold(measurement({ id: "real" }));
    for (let i = 0; i < all.length; i += 50) {
      await store.ingest(...all.slice(i, i + 50));
      await store.fold();
    }
    const libraries: Record<string, number> = JSON.parse(store.value("SELECT libraries FROM releases"));
    expect(Object.keys(libraries).length).toBeLessThanOrEqual(20);
    expect(libraries["web-vitals/6"]).toBe(1);
    expect(Object.values(libraries).reduce((sum, n) => sum + n, 0)).toBe(501);
  });
});

describe("foldBatch with measurements older than a grain's retention", () => {
  it("leaves no trace of a first or repeated report in that grain", async () => {
    const { fiveMinutes, hourly, daily } = RETENTION;
    const ages = [0, fiveMinutes + FIVE_MINUTES, hourly + HOUR, daily + DAY];
    const old = ages.map((age, i) => measurement({ id: `${i}`, receivedAt: NOW - age }));
    const isKept: Parameters<typeof expectedSummaries>[1] = ({ grain }, unit) => {
      const length = { fiveMinutes: FIVE_MINUTES, hourly: HOUR, daily: DAY }[grain];
      return unit >= Math.floor((NOW - RETENTION[grain]) / length);
    };
    await storeMeasurements(store.database.write, old, NOW);
    await store.fold();
    expect(storedSummaries(store)).toEqual(expectedSummaries(old, isKept));
    const repeated = old.map((one) => ({ ...one, value: 9, sequence: 2 }));
    await storeMeasurements(store.database.write, repeated, NOW);
    expect(await store.fold()).toBe(4);
    expect(storedSummaries(store)).toEqual(expectedSummaries(repeated, isKept));
  });

  it("goes on when the retention is longer afterwards and they are repeated, and reports the missing values", async () => {
    const old = measurement({ receivedAt: NOW - 100 * DAY, value: 1 });
    await storeMeasurements(store.database.write, [old], NOW);
    await store.fold();
    const longer = await store.alsoOpen({ retention: { ...RETENTION, hourly: 200 * DAY } });
    await storeMeasurements(store.database.write, [{ ...old, value: 2, sequence: 2 }], NOW);
    const fresh = measurement({ id: "fresh" });
    await store.ingest(fresh);
    const missing: number[] = [];
    expect(await longer.foldOnce(100, (values) => missing.push(values))).toBe(2);
    // The hour of the route, and that of all routes.
    expect(missing).toEqual([2]);
    await storeMeasurements(store.database.write, [{ ...old, value: 3, sequence: 3 }], NOW);
    expect(await longer.foldOnce(100, (values) => missing.push(values))).toBe(1);
    expect(missing).toEqual([2]);
    await longer.close();
    const { web_vitals_hourly: hourly } = storedSummaries(store);
    expect(Object.keys(hourly ?? {}).length).toBeGreaterThanOrEqual(1);
    await store.closePeriods(NOW + 2 * DAY);
    expect(store.value("SELECT sum(samples) FROM web_vitals_daily")).toBe(2);
  });
});

describe("foldBatch in two processes", () => {
  it("counts everything once when both fold at the same time", async () => {
    const other = await store.alsoOpen();
    const all = measurements(600).map((m, i) => ({ ...m, value: i, receivedAt: NOW + (i % 5) * HOUR }));
    await store.ingest(...all);
    const folded = await Promise.all([store.fold(37), other.fold(23), store.fold(11)]);
    expect(folded.reduce((sum, n) => sum + n, 0)).toBe(600);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
    await other.close();
  });

  it.each([
    1, 2, 3,
  ])("forgets what it computed and could not write, also when the other one made %i changes since", async (changes) => {
    const other = await store.alsoOpen();
    // Slices have some hundred measurements at first.
    const all = measurements(2_500).map((m, i) => ({ ...m, value: i % 50 }));
    await store.ingest(...all);
    const session = { pace: new Pace({ name: "sqlite" }), memory: new FoldMemory(store.database.read) };
    let writes = 0;
    const failing: Database = {
      ...store.database,
      script: (...script) => {
        writes += 1;
        return writes > 1 ? Promise.reject(new Error("disk full")) : store.database.script(...script);
      },
    };
    const fold = (database: Database): Promise<number> =>
      foldBatch(database, all.length, RETENTION, NOW, { session });
    await expect(fold(failing)).rejects.toThrow("disk full");
    for (let i = 0; i < changes; i += 1) expect(await other.foldOnce(1)).toBe(1);
    await fold(store.database);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
    await other.close();
  });

  it("loses and doubles nothing when both receive beacons and fold", async () => {
    const other = await store.alsoOpen();
    const all: Measurement[] = [];
    const work = [store, other].map(async (process, p) => {
      for (let i = 0; i < 40; i += 1) {
        const some = Array.from({ length: 5 }, (_, j) =>
          measurement({ id: `${p} ${i} ${j}`, value: i * 10 + j, route: `/${(i + j) % 7}` }),
        );
        all.push(...some);
        await process.ingest(...some);
        if (i % 3 === p) await process.foldOnce(8);
      }
    });
    await Promise.all(work);
    await Promise.all([store.fold(), other.fold()]);
    expect(storedSummaries(store)).toEqual(expectedSummaries(all));
    await other.close();
  });
});

describe("foldUnstored", () => {
  it("leaves the summaries, releases and routes that storing and folding the same measurements leaves", async () => {
    const all = measurements(400).map((each, i) => ({
      ...each,
      receivedAt: NOW - i * HOUR,
      library: i % 3 === 0 ? null : "web-vitals/6.2.3",
      ...(i % 5 === 0 && { deliveryType: "navigational-prefetch" as const }),
    }));
    await storeMeasurements(store.database.write, all, NOW);
    await store.fold();
    const stored = everything();
    const other = await Store.open();
    try {
      await foldUnstored(other.database, all, RETENTION, NOW);
      expect(other.value("SELECT count(*) FROM web_vitals_raw")).toBe(0);
      expect(everything(other)).toEqual(stored);
    } finally {
      await other.close();
    }
  });
});
