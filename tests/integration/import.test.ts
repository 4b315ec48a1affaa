import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toBulkLine } from "../../app/cli/bulk-line";
import { type ImportProgress, importLines } from "../../app/ingest/import.server";
import { selectMeasurements } from "../../app/storage/measurements.server";
import { DAY } from "../../app/vitals/time";
import { storedSummaries } from "../support/expected-summaries";
import { measurement, NOW } from "../support/measurements";
import { Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** Lines of single measurements, `from` up to, not including, `to`. */
const lines = (from: number, to: number, receivedAt = NOW): string =>
  Array.from({ length: to - from }, (_, i) =>
    toBulkLine(measurement({ id: `m${from + i}`, value: from + i, receivedAt })),
  ).join("");

/** A text in pieces that end wherever they please, as a pipe hands them on. */
async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

class Killed extends Error {}

/** Imports a text; gives what was counted and which lines were bad. Ends after `batches` transactions, as a kill would. */
async function importText(text: string, { size = 65_536, batches = Number.POSITIVE_INFINITY } = {}) {
  const bad: Array<[line: number, reason: string]> = [];
  let done = 0;
  const progress = await importLines(inPieces(text, size), {
    database: store.database,
    clock: () => store.at,
    onBadLine: (line, reason) => bad.push([line, reason]),
    onBatch: async (): Promise<void> => {
      await store.fold();
      done += 1;
      if (done >= batches) throw new Killed();
    },
  });
  return { ...progress, bad };
}

const counted = (): number =>
  Object.values(storedSummaries(store).web_vitals_daily ?? {}).reduce((sum, { samples }) => sum + samples, 0);
const none: Pick<ImportProgress, "stored" | "resumed"> = { stored: 0, resumed: 0 };

describe("importLines", () => {
  it.each([1, 7, 65_536])("stores all lines in chunks of %d bytes, and exports the same", async (size) => {
    const text = lines(0, 20);
    expect(await importText(text, { size })).toEqual({ ...none, lines: 20, stored: 20, bad: [] });
    const kept = await selectMeasurements(store.database.read, { from: 0, to: NOW + 1 }, null, 100);
    expect(kept.map(toBulkLine).sort()).toEqual(text.split(/(?<=\n)/).sort());
    expect(counted()).toBe(20);
  });

  it("skips and reports each bad line by its number", async () => {
    const [good = ""] = lines(0, 1).split("\n");
    const without = good.replace(/"receivedAt":"[^"]*"/, '"x":1');
    const text = [
      good,
      "{",
      "",
      "7",
      "x".repeat(70_000),
      without,
      good.replace("LCP", "FID"),
      lines(1, 2),
    ].join("\n");
    expect(await importText(text)).toEqual({
      ...none,
      lines: 8,
      stored: 2,
      bad: [
        [2, "not JSON"],
        [4, "not a JSON object"],
        [5, "longer than 65536 bytes"],
        [6, "receivedAt must be ISO 8601 with its zone, or ms since the epoch"],
        [7, "unknown-metric"],
      ],
    });
    expect(counted()).toBe(2);
  });

  it("accepts a last line without a line feed", async () => {
    expect(await importText(lines(0, 3).trimEnd())).toMatchObject({ lines: 3, stored: 3 });
  });
});

describe("importLines started again", () => {
  it("continues where it stopped", async () => {
    const text = lines(0, 12_000);
    await expect(importText(text, { batches: 1 })).rejects.toThrow(Killed);
    expect(counted()).toBe(5_000);
    expect(await importText(text)).toMatchObject({ lines: 12_000, resumed: 5_000, stored: 7_000 });
    expect(counted()).toBe(12_000);
  });

  it("counts nothing twice after the measurements were deleted", async () => {
    const text = lines(0, 50, NOW - 30 * DAY);
    await importText(text);
    store.at += 2 * DAY;
    expect(await store.expire()).toBeGreaterThan(0);
    expect(store.value("SELECT count(*) FROM web_vitals_raw")).toBe(0);
    expect(await importText(text)).toMatchObject({ resumed: 50, stored: 0 });
    expect(counted()).toBe(50);
  });

  it("continues at the old end of a file that has grown", async () => {
    await importText(lines(0, 30));
    expect(await importText(lines(0, 40))).toMatchObject({ lines: 40, resumed: 30, stored: 10 });
    expect(counted()).toBe(40);
  });

  it("stores a file with another start, and counts the same ids once", async () => {
    await importText(lines(0, 30));
    expect(await importText(lines(10, 40))).toMatchObject({ resumed: 0, stored: 30 });
    expect(counted()).toBe(40);
  });
});
