import { describe, expect, it } from "vitest";
import { loadStrata } from "../../../../app/query/comparison/cells.server";
import type { Slice } from "../../../../app/query/comparison/layout";
import type { ComparisonReaders } from "../../../../app/query/comparison/readers.server";

const FILTER: Parameters<typeof loadStrata>[3] = { route: null, devices: ["desktop"], navigation: "load" };

/** The periods that are read one by one and merged, for a slice whose periods all become one unit. */
async function readOf(grain: Slice["grain"], periods: readonly number[], scope: "routes" | "totals") {
  const single: number[] = [];
  const merged: number[] = [];
  const readers = {
    units: async ({ from, to }: { from: number; to: number }) => {
      for (let period = from; period < to; period += 1) single.push(period);
      return single.map((period) => ({ grain, scope, period, groups: [], samples: [] }));
    },
    merged: async (_: unknown, blocks: ReadonlyArray<readonly number[]>) => {
      merged.push(...blocks.flat());
      return blocks.map(() => []);
    },
  } as unknown as ComparisonReaders;
  const units = new Map(periods.map((period) => [period, 0]));
  const slices = [{ side: 0, grain, buildVersion: "2.4.1", units }];
  await loadStrata(readers, { slices }, scope, FILTER);
  return { single: single.sort((a, b) => a - b), merged };
}

describe("loadStrata", () => {
  it("merges the hours of a unit except for the two newest ones, which change with every measurement", async () => {
    expect(await readOf("hourly", [10, 11, 12, 13, 14], "routes")).toEqual({
      single: [13, 14],
      merged: [10, 11, 12],
    });
  });

  it("merges all days of a unit", async () => {
    expect(await readOf("daily", [10, 11, 12], "routes")).toEqual({ single: [], merged: [10, 11, 12] });
  });

  it("reads the hours of a series one by one", async () => {
    expect(await readOf("hourly", [10, 11, 12, 13], "totals")).toEqual({
      single: [10, 11, 12, 13],
      merged: [],
    });
  });
});

/** The windows that are read for slices, and what becomes of their periods. */
async function readSlices(slices: readonly Slice[]) {
  const windows: string[] = [];
  const readers = {
    units: async (
      { grain, from, to }: { grain: string; from: number; to: number },
      { buildVersion }: { buildVersion: string | null },
    ) => {
      windows.push(`${grain} ${from}–${to - 1} of ${buildVersion}`);
      return Array.from({ length: to - from }, (_, i) => ({ period: from + i, groups: [], samples: [] }));
    },
    merged: () => Promise.reject(new Error("Nothing is merged.")),
  } as unknown as ComparisonReaders;
  const loaded = await loadStrata(readers, { slices: [...slices] }, "totals", FILTER);
  return { windows, loaded: loaded.map(({ side, unit, at }) => [side, unit, at]) };
}

describe("loadStrata of several slices", () => {
  const day = (side: number, at: number, buildVersion: string | null): Slice => ({
    side,
    grain: "daily",
    buildVersion,
    units: new Map([[at, 0]]),
  });

  it("reads neighbouring periods of one grain and build at once, and returns them slice by slice", async () => {
    const slices = [day(2, 7, null), day(3, 5, null), day(4, 6, null), day(5, 6, "2.4.1"), day(6, 9, null)];
    expect(await readSlices(slices)).toEqual({
      windows: ["daily 5–7 of null", "daily 9–9 of null", "daily 6–6 of 2.4.1"],
      loaded: [
        [2, 0, 7],
        [3, 0, 5],
        [4, 0, 6],
        [5, 0, 6],
        [6, 0, 9],
      ],
    });
  });
});
