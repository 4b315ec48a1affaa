import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mergeReports } from "../../app/ingest/merge-reports";
import { selectMeasurements } from "../../app/storage/measurements.server";
import { type Measurement, replaces } from "../../app/vitals/measurement";
import { MAX_VALUE, METRICS } from "../../app/vitals/metrics";
import { HOUR } from "../../app/vitals/time";
import { examples, measurement, measurements, NOW } from "../support/measurements";
import { RAW_TABLE, Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** Everything that is stored, oldest first. */
const stored = (): Promise<Measurement[]> =>
  selectMeasurements(store.database.read, { from: 0, to: 8.64e15 }, null, 1_000_000);

/** Stores reports one after the other, and says what is left of them, as `value@sequence`. */
async function left(...reports: Array<Partial<Measurement>>): Promise<string[]> {
  for (const report of reports) await store.ingest(measurement(report));
  return (await stored()).map(({ value, sequence }) => `${value}@${sequence}`);
}

describe("storeMeasurements", () => {
  it("stores a measurement unchanged", async () => {
    const one = measurement({
      route: "/<b>'\";--\u2028%_👩‍👩‍👧",
      buildVersion: "007",
      navigationType: "soft-navigation",
      attribution: { target: "main>img", url: "", timeToFirstByte: 0.1 },
    });
    const prefetched = measurement({ id: "a", deliveryType: "navigational-prefetch" });
    const bare = measurement({
      id: "b",
      value: 0,
      metric: "CLS",
      navigationType: null,
      sequence: null,
      library: null,
    });
    await store.ingest(one, bare, prefetched);
    expect(await stored()).toEqual([prefetched, bare, one]);
  });

  it("stores every id as it was sent, also one that looks like a packed one", async () => {
    const ids = ["0617ee0a5d2d40000000000001", "=beef", "beef", "v6-1795394560724-0", "{}"];
    await store.ingest(...ids.map((id) => measurement({ id })));
    expect((await stored()).map(({ id }) => id)).toEqual([...ids].sort());
  });

  it("replaces a stored measurement, and inserts none, when onlyIfStored", async () => {
    const onlyIfStored = true;
    expect(await left({ value: 1, onlyIfStored })).toEqual([]);
    expect(await left({ value: 2, sequence: 1 }, { value: 3, sequence: 2, onlyIfStored })).toEqual(["3@2"]);
  });

  it("inserts a measurement when one report of the batch may", async () => {
    const onlyIfStored = true;
    await store.ingest(measurement({ value: 1, onlyIfStored }), measurement({ value: 2, sequence: 2 }));
    expect((await stored()).map(({ value }) => value)).toEqual([2]);
  });

  it("stores every bit of a value", async () => {
    const random = fc.sample(fc.double({ min: 0, max: 600_000, noNaN: true }), { seed: 1, numRuns: 20_000 });
    const edges = [
      0,
      5e-324,
      2 ** -1022,
      0.1 + 0.2,
      1 / 3,
      2500,
      4000 - 2 ** -41,
      599_999.9999999999,
      600_000,
    ];
    const values = [...edges, ...random.map((value) => value + 0)];
    for (let i = 0; i < values.length; i += 2_000) {
      await store.ingest(
        ...values.slice(i, i + 2_000).map((value, j) => measurement({ id: `${i + j}`, value })),
      );
    }
    const rows = store.rows<{ id: string; value: number }>("SELECT id, value FROM web_vitals_raw");
    expect(rows).toHaveLength(values.length);
    expect(rows.filter(({ id, value }) => !Object.is(value, values[Number(id)]))).toEqual([]);
  });

  it("accepts the largest sequence that JSON can represent", async () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(await left({ value: 1, sequence: most - 1 }, { value: 2, sequence: most })).toEqual([`2@${most}`]);
  });
});

describe("storeMeasurements with repeated reports", () => {
  it("replaces the value when the sequence is higher", async () => {
    expect(await left({ value: 1, sequence: 1 }, { value: 2, sequence: 2 })).toEqual(["2@2"]);
  });

  it("changes nothing when the sequence is lower", async () => {
    expect(await left({ value: 1, sequence: 5 }, { value: 2, sequence: 4 })).toEqual(["1@5"]);
  });

  it("uses the last received when the sequences are equal or one is absent", async () => {
    expect(await left({ value: 1, sequence: 1 }, { value: 2, sequence: 1 })).toEqual(["2@1"]);
    expect(await left({ value: 3, sequence: null })).toEqual(["3@1"]);
    expect(await left({ id: "n", value: 1, sequence: null }, { id: "n", value: 2, sequence: 0 })).toContain(
      "2@0",
    );
  });

  it("replaces a value by 0", async () => {
    expect(await left({ value: 1, sequence: 1 }, { value: 0, sequence: 2 })).toEqual(["0@2"]);
  });

  it("retains all other columns of the first report", async () => {
    const first = measurement({ attribution: { target: "a" } });
    await store.ingest(first);
    await store.ingest({
      ...first,
      value: 9,
      sequence: 2,
      attribution: { target: "b" },
      library: "other/1",
      route: "/other",
      buildVersion: "other",
      device: "bot",
      navigationType: "reload",
      receivedAt: first.receivedAt + HOUR,
    });
    expect(await stored()).toEqual([
      { ...first, value: 9, sequence: 2, attribution: { target: "b" }, library: "other/1" },
    ]);
  });

  it("replaces the attribution with the value", async () => {
    await store.ingest(measurement({ attribution: { target: "a" } }));
    await store.ingest(measurement({ sequence: 2, attribution: null }));
    expect((await stored())[0]?.attribution).toBeNull();
  });

  it("ignores a report of another metric", async () => {
    const first = measurement();
    await store.ingest(first);
    await store.ingest(measurement({ metric: "CLS", value: 0.1, sequence: 9 }));
    expect(await stored()).toEqual([first]);
  });

  it("accepts several reports in one beacon", async () => {
    await store.ingest(measurement({ value: 1, sequence: 2 }), measurement({ value: 2, sequence: 1 }));
    expect((await stored()).map(({ value }) => value)).toEqual([1]);
  });
});

describe("storeMeasurements in any order", () => {
  const reports = fc.oneof(fc.constant([null]), fc.constant([0, 1, 2, 3])).chain((sequences) =>
    fc.array(
      fc.record({
        id: fc.constantFrom("a", "b", "c"),
        value: fc.nat(9),
        sequence: fc.constantFrom(...sequences),
        route: fc.constantFrom("/1", "/2"),
        attribution: fc.option(fc.record({ target: fc.constantFrom("x", "y") })),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  );

  it("stores the same one by one, in one batch or in several", async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(reports, fc.nat(10), async (changes, cut) => {
        round += 1;
        const named = (way: string) =>
          changes.map(({ id, ...rest }) => measurement({ ...rest, id: `${round} ${way} ${id}` }));
        for (const report of named("single")) await store.ingest(report);
        await store.ingest(...named("whole"));
        await store.ingest(...named("split").slice(0, cut));
        await store.ingest(...named("split").slice(cut));
        const all = (await stored()).filter(({ id }) => id.startsWith(`${round} `));
        const ofWay = (way: string) =>
          all
            .filter(({ id }) => id.includes(way))
            .map((one) => ({ ...one, id: one.id.slice(-1) }))
            .sort((a, b) => (a.id < b.id ? -1 : 1));
        const expected = mergeReports(changes.map(measurement)).sort((a, b) => (a.id < b.id ? -1 : 1));
        for (const way of ["single", "whole", "split"]) expect(ofWay(way), way).toEqual(expected);
      }),
      examples(60),
    );
  });

  it("stores a report that no later one would replace", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), async (sequences) => {
        const all = sequences.map((sequence, value) => measurement({ value, sequence }));
        const winner = mergeReports(all)[0];
        const after = all.slice((winner?.value ?? 0) + 1);
        expect(after.some((later) => winner !== undefined && replaces(winner, later))).toBe(false);
      }),
      examples(200),
    );
  });
});

describe("selectMeasurements", () => {
  it("pages by time and id without repeating or skipping any", async () => {
    const all = Array.from({ length: 25 }, (_, i) =>
      measurement({ id: `${(i * 7) % 25}`, receivedAt: NOW + Math.floor(i / 5) }),
    );
    await store.ingest(...all);
    const window = { from: NOW, to: NOW + 4 };
    const paged: Measurement[] = [];
    for (;;) {
      const last = paged.at(-1) ?? null;
      const page = await selectMeasurements(store.database.read, window, last, 3);
      if (page.length === 0) break;
      paged.push(...page);
    }
    const expected = all
      .filter(({ receivedAt }) => receivedAt < window.to)
      .sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
    expect(paged).toEqual(expected);
  });
});

it("storeMeasurements stores nothing of a failed batch, and the next one", async () => {
  await store.ingest(...measurements(3));
  store.exec(`ALTER TABLE ${RAW_TABLE} RENAME TO hidden`);
  await expect(store.ingest(measurement({ id: "x", route: "/new", buildVersion: "new" }))).rejects.toThrow();
  store.exec(`ALTER TABLE hidden RENAME TO ${RAW_TABLE}`);
  expect(store.value("SELECT count(*) FROM routes WHERE route = '/new'")).toBe(0);
  expect(store.value("SELECT count(*) FROM releases WHERE build_version = 'new'")).toBe(0);
  await store.ingest(measurement({ id: "x", route: "/new", buildVersion: "new" }));
  expect(await stored()).toHaveLength(4);
  expect((await stored()).filter(({ id }) => id === "x")).toMatchObject([
    { route: "/new", buildVersion: "new" },
  ]);
});

it("storeMeasurements stores the bounds of the vocabulary", async () => {
  await store.ingest(
    ...METRICS.map((metric) => measurement({ id: metric, metric, value: MAX_VALUE[metric] })),
  );
  expect(await store.fold()).toBe(METRICS.length);
});
