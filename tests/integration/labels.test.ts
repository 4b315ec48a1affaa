import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkBeacon } from "../../app/ingest/beacon";
import {
  deleteUnusedLabels,
  selectMeasurements,
  storeMeasurements,
} from "../../app/storage/measurements.server";
import { MAX_LABEL_BYTES, MAX_LABELS } from "../../app/storage/sqlite/labels";
import type { Statements } from "../../app/storage/statements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY } from "../../app/vitals/time";
import { idAt, measurement, measurements, NOW } from "../support/measurements";
import { runScript } from "../support/script";
import { Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

const labels = (): string[] =>
  store.rows<{ text: string }>("SELECT text FROM labels ORDER BY text").map(({ text }) => text);

/** The count that limits the table, which its triggers keep. */
const expectTotals = (): void =>
  expect(store.rows("SELECT labels, bytes FROM label_totals")).toEqual(
    store.rows("SELECT count(*) AS labels, coalesce(sum(octet_length(text)), 0) AS bytes FROM labels"),
  );

const exported = (): Promise<Measurement[]> =>
  selectMeasurements(store.database.read, { from: 0, to: Number.MAX_SAFE_INTEGER }, null, 10_000);

/** Fills the table of labels to its limit. */
const fill = (column: "labels" | "bytes", to: number): void => {
  store.sql.exec(`UPDATE label_totals SET ${column} = ${to}`);
};

const attributed = (id: string, changes: Partial<Measurement> = {}): Measurement =>
  measurement({ id, attribution: { target: `#${id}`, url: `https://${id}.example/` }, ...changes });

describe("storeMeasurements", () => {
  it("stores each text once, whoever refers to it", async () => {
    await store.ingest(...measurements(20, { attribution: { target: "2.4.1", url: "/workspace/[id]" } }));
    expect(labels()).toEqual(["/workspace/[id]", "2.4.1", "web-vitals/6.2.3"]);
    expectTotals();
    expect((await exported())[0]).toEqual(
      measurement({ id: idAt(NOW, 0), attribution: { target: "2.4.1", url: "/workspace/[id]" } }),
    );
  });

  it.each([
    ["labels", MAX_LABELS],
    ["bytes", MAX_LABEL_BYTES],
  ] as const)("stores texts in their rows when the number of %s is at its limit", async (column, limit) => {
    await store.ingest(attributed("before"));
    fill(column, limit);
    const late = attributed("late", { route: "/new", buildVersion: "9", library: "mine/1" });
    // A text that looks like the number of a label stays one.
    const number = attributed("number", { attribution: { target: "1", url: "2" }, library: "3" });
    const again = attributed("again", { attribution: { target: "#before" } });
    await store.ingest(late, number, again);
    expect(labels()).toEqual(
      [
        "#before",
        "/new",
        "/workspace/[id]",
        "2.4.1",
        "9",
        "https://before.example/",
        "web-vitals/6.2.3",
      ].sort(),
    );
    expect((await exported()).map((m) => [m.id, m.route, m.library, m.attribution])).toEqual(
      [again, attributed("before"), late, number].map((m) => [m.id, m.route, m.library, m.attribution]),
    );
    await store.fold();
    expect(store.rows("SELECT DISTINCT route FROM web_vitals_five_minutes ORDER BY route")).toEqual([
      { route: "/new" },
      { route: "/workspace/[id]" },
    ]);
    expect(store.value("SELECT libraries FROM releases WHERE build_version = '9'")).toBe('{"mine/1":1}');
  });

  it("stores a batch whose labels another process has deleted", async () => {
    await store.ingest(attributed("a"));
    store.sql.exec("DELETE FROM measurements; DELETE FROM labels");
    await store.ingest(attributed("a"), attributed("b"));
    expect(await exported()).toEqual([attributed("a"), attributed("b")]);
    expectTotals();
  });

  it("stores a batch whose labels another process deletes while it is encoded", async () => {
    const { write } = store.database;
    let deletions = 0;
    const interrupted: Statements = {
      ...write,
      query: (name, row, statement) => {
        if (name === "selectLabelNumbers" && deletions === 0) {
          deletions += 1;
          store.sql.exec("DELETE FROM labels");
        }
        return write.query(name, row, statement);
      },
    };
    // A version that is a number: as a text, it would be read as a label.
    const batch = [attributed("a", { buildVersion: "42" })];
    await storeMeasurements(interrupted, batch, NOW);
    expect(deletions).toBe(1);
    expect(await exported()).toEqual(batch);
    expect(await store.fold()).toBe(1);
    await storeMeasurements(interrupted, [attributed("b", { buildVersion: "42" })], NOW);
    expect((await exported()).map(({ buildVersion }) => buildVersion)).toEqual(["42", "42"]);
  });

  it("adds the labels of a transaction that failed again", async () => {
    const { database } = store;
    const failing = database.transaction("urgent", async (tx) => {
      await storeMeasurements(tx, [attributed("a")], NOW);
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(labels()).toEqual([]);
    await storeMeasurements(database.write, [attributed("a")], NOW);
    expect(await exported()).toEqual([attributed("a")]);
    expect(labels()).toContain("#a");
  });
});

describe("deleteUnusedLabels", () => {
  it("deletes what no measurement refers to, and never gives a number again", async () => {
    await store.ingest(attributed("old", { receivedAt: NOW - 20 * DAY, route: "/old" }));
    await store.ingest(attributed("new"));
    const numbers = store.value<number>("SELECT max(id) FROM labels");
    const { changed } = await runScript(store.database, (script) => deleteUnusedLabels(script, NOW, 100));
    expect(changed).toEqual([0]);
    await store.fold();
    store.at += 2 * DAY;
    await store.expire();
    expect(labels()).not.toContain("#old");
    expect(labels()).not.toContain("/old");
    expect(labels()).toContain("#new");
    expectTotals();
    expect((await exported()).map(({ attribution }) => attribution)).toEqual([attributed("new").attribution]);
    await store.ingest(attributed("newer", { receivedAt: store.at }));
    expect(store.value<number>("SELECT min(id) FROM labels WHERE text = '#newer'")).toBeGreaterThan(numbers);
  });

  it("leaves labels of a report that replaces one of an older measurement", async () => {
    await store.ingest(attributed("a", { receivedAt: NOW - 6 * DAY }));
    await store.fold();
    await store.ingest(attributed("a", { sequence: 2, attribution: { target: "#later" } }));
    await store.fold();
    await store.expire();
    expect((await exported()).map(({ attribution }) => attribution)).toEqual([{ target: "#later" }]);
    store.at += 3 * DAY;
    await store.expire();
    expect(await exported()).toEqual([]);
    store.at += 3 * DAY;
    await store.expire();
    expect(labels()).toEqual([]);
    expectTotals();
  });
});

describe("a beacon of 14 kB", () => {
  const wide = (letter: string): string => letter.repeat(2048);
  const CONTEXT = {
    device: "mobile",
    receivedAt: NOW,
    buildVersionParam: null,
    routeParam: null,
    referer: null,
  } as const;
  const RULES = { routeRules: [], acceptEnvironments: null, tooLateBefore: () => 0 };

  /** Bytes of the rows, labels and their indexes that a beacon leads to, and of its JSON. */
  async function cost(
    beacon: Record<string, unknown>,
    items: object[],
  ): Promise<{ bytes: number; stored: number }> {
    const bytes = Buffer.byteLength(JSON.stringify({ ...beacon, measurements: items }));
    const unchecked = { beacon, items: items.map((item, index) => ({ item, index })), maxItems: 32 };
    const { measurements: parsed } = checkBeacon(unchecked, CONTEXT, RULES);
    expect(parsed).toHaveLength(items.length);
    await store.ingest(...parsed);
    const stored = store.value<number>(
      "SELECT sum(payload) FROM dbstat WHERE name GLOB 'measurements*' OR name GLOB '*label*'",
    );
    return { bytes, stored };
  }

  const NAMES = ["LCP", "INP", "CLS", "FCP", "TTFB"];

  it("with long labels takes less than four times its size", async () => {
    const items = Array.from({ length: 30 }, (_, i) => ({
      id: idAt(NOW, i),
      name: NAMES[i % 5],
      value: 1,
      navigationURL: `https://shop.example/${i}`,
    }));
    const { bytes, stored } = await cost(
      { v: 1, route: wide("界"), buildVersion: wide("世"), library: "界".repeat(64) },
      items,
    );
    expect(bytes).toBeGreaterThan(12_000);
    expect(stored / bytes).toBeLessThan(4);
  });

  it("with other texts in each measurement takes less than four times its size", async () => {
    const items = Array.from({ length: 12 }, (_, i) => ({
      id: "界".repeat(120) + i,
      name: "LCP",
      value: 1,
      navigationURL: `https://shop.example/${i}`,
      attribution: { target: `${i}${"a".repeat(500)}`, url: `https://e.example/${i}${"b".repeat(400)}.js` },
    }));
    const { bytes, stored } = await cost({ v: 1, route: "/", buildVersion: "1" }, items);
    expect(bytes).toBeGreaterThan(12_000);
    expect(stored / bytes).toBeLessThan(4);
  });
});
