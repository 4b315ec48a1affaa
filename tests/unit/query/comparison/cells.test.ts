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
    merged: async (_: unknown, all: readonly number[]) => {
      merged.push(...all);
      return [];
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
