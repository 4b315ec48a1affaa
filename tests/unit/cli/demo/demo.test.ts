import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleCreatedAt } from "../../../../app/cli/demo/demo-command.server";
import { type FillOptions, fillDatabase } from "../../../../app/cli/demo/fill.server";
import { sampleBeacons } from "../../../../app/cli/sample/sample";
import { mergeReports } from "../../../../app/ingest/merge-reports";
import { openDatabase } from "../../../../app/storage/database.server";
import { countPending, selectMeasurements } from "../../../../app/storage/measurements.server";
import { selectReleases } from "../../../../app/storage/releases.server";
import { SUMMARY_SETS, tableName } from "../../../../app/storage/summary-sets";
import type { Measurement } from "../../../../app/vitals/measurement";
import { DAY } from "../../../../app/vitals/time";
import { expectedSummaries, storedSummaries } from "../../../support/expected-summaries";
import { Store } from "../../../support/store";

const NOW = Date.parse("2026-11-23T00:00:00Z");

const options: FillOptions = {
  window: { from: NOW - 10 * DAY, to: NOW },
  measurements: 3_000,
  seed: 1,
  routes: 10,
  retention: { raw: 7 * DAY, fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY },
  clock: () => NOW,
  onProgress: () => {},
};

describe("fillDatabase and sampleCreatedAt", () => {
  let path = "";
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), "demo-")), "demo.db");
  });
  afterEach(() => rm(join(path, ".."), { recursive: true, force: true }));

  test("fold the whole sample, and record its creation", async () => {
    const stored = await fillDatabase(path, options);
    expect(stored).toBeGreaterThan(2_500);
    expect(await sampleCreatedAt(path)).toBe(NOW);
    const database = await openDatabase(`file:${path}`);
    try {
      expect(await countPending(database.read, 10)).toBe(0);
      expect((await selectReleases(database.read)).length).toBeGreaterThan(1);
      const all = await selectMeasurements(database.read, { from: 0, to: NOW }, null, 10_000);
      expect(all.filter(({ attribution }) => attribution !== null).length).toBeGreaterThan(100);
      expect(all.every(({ receivedAt }) => receivedAt >= NOW - 7 * DAY)).toBe(true);
    } finally {
      await database.close();
    }
  });

  test("fold each measurement once, with its last value, whether it is stored or not", async () => {
    await fillDatabase(path, options);
    const byId = new Map<string, Measurement>();
    for (const { measurements } of sampleBeacons(options)) {
      for (const report of measurements) {
        const [merged = report] = mergeReports([byId.get(report.id) ?? report, report]);
        byId.set(report.id, merged);
      }
    }
    const store = await Store.open({ path });
    try {
      const stored = storedSummaries(store);
      const expected = expectedSummaries([...byId.values()]);
      for (const set of SUMMARY_SETS.filter(({ grain }) => grain !== "fiveMinutes").map(tableName)) {
        expect(stored[set]).toEqual(expected[set]);
      }
    } finally {
      await store.close();
    }
  });

  test("return null without a file, and after an interrupted run", async () => {
    expect(await sampleCreatedAt(path)).toBe(null);
    expect(existsSync(path)).toBe(false);
    const stop = {
      ...options,
      onProgress: () => {
        throw new Error("stopped");
      },
    };
    await expect(fillDatabase(path, stop)).rejects.toThrow("stopped");
    expect(await sampleCreatedAt(path)).toBe(null);
  });
});
