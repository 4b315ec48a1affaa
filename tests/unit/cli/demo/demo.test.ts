import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleCreatedAt } from "../../../../app/cli/demo/demo-command.server";
import { type FillOptions, fillDatabase } from "../../../../app/cli/demo/fill.server";
import { openDatabase } from "../../../../app/storage/database.server";
import { countPending, selectMeasurements } from "../../../../app/storage/measurements.server";
import { selectReleases } from "../../../../app/storage/releases.server";
import { DAY } from "../../../../app/vitals/time";

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
      const attributed = all.filter(({ attribution }) => attribution !== null);
      expect(attributed.length).toBeGreaterThan(100);
      expect(attributed.every(({ receivedAt }) => receivedAt >= NOW - 7 * DAY)).toBe(true);
    } finally {
      await database.close();
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
