import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { foldBatch } from "../../app/rollup/fold.server";
import { openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { moveStore } from "../../app/storage/move/move-store.server";
import { measurement, NOW } from "../support/measurements";
import { createDatabase, dropDatabase } from "../support/postgresql/databases";
import { RETENTION, Store } from "../support/store";
import { temporaryFolder } from "../support/temporary-folder";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** A name that can't be compressed, of the alphabet that begins at `first`. */
function name(length: number, first: number, seed: number): string {
  let state = seed;
  const characters = Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCodePoint(first + ((state >>> 16) % 90));
  });
  return characters.join("");
}

const latin = (length: number, seed = 1) => name(length, 0x21, seed);
const han = (length: number, seed = 1) => name(length, 0x4e00, seed);

describe("a store on PostgreSQL", () => {
  it.each([
    { names: "Latin ones", route: latin(2_048), buildVersion: latin(2_048, 2) },
    { names: "Chinese ones", route: han(2_048), buildVersion: han(2_048, 2) },
    { names: "a long route", route: han(2_048), buildVersion: "2.4.1" },
    { names: "a long build", route: "/a", buildVersion: latin(2_048) },
  ])("stores and folds the longest names: $names", async ({ route, buildVersion }) => {
    await store.ingest(measurement({ id: "honest" }), measurement({ id: "long", route, buildVersion }));
    expect(await store.fold()).toBe(2);
  });
});

describe("moveStore", () => {
  it.each([
    { content: "the longest names", rows: [measurement({ route: han(2_048), buildVersion: latin(2_048) })] },
    { content: "nothing", rows: [] },
  ])("moves a file with $content", async ({ rows }) => {
    const folder = temporaryFolder();
    const target = await createDatabase(inject("postgresql"), null);
    try {
      const from = `file:${folder.path}/vitals.db`;
      const file = await openDatabase(from);
      await storeMeasurements(file.write, rows, NOW);
      expect(await foldBatch(file, 100, RETENTION, NOW)).toBe(rows.length);
      await file.close();
      await expect(moveStore(from, target)).resolves.toMatchObject({ resumed: false });
    } finally {
      await dropDatabase(target);
      folder.remove();
    }
  });
});
