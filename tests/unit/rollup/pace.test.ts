import { describe, expect, it, vi } from "vitest";
import { Pace } from "../../../app/rollup/pace";

/** The budget after transactions that use all of it, each of which lasts as long as `duration` (ms) returns. */
function budgetAfter(pace: Pace, transactions: number, duration: (work: number) => number): number {
  for (let i = 0; i < transactions; i += 1) pace.measured(pace.budget, duration(pace.budget));
  return pace.budget;
}

describe("Pace", () => {
  it("holds SQLite's lock for about 10 ms", () => {
    const budget = budgetAfter(new Pace({ name: "sqlite" }), 20, (work) => work / 100);
    expect(budget).toBeGreaterThan(900);
    expect(budget).toBeLessThan(1_100);
    expect(budgetAfter(new Pace({ name: "sqlite" }), 20, () => 1_000)).toBe(50);
  });

  it("gives PostgreSQL large transactions, however long a round trip lasts", () => {
    expect(new Pace({ name: "postgresql" }).budget).toBe(5_000);
    expect(budgetAfter(new Pace({ name: "postgresql" }), 20, () => 3_000)).toBe(2_000);
    expect(budgetAfter(new Pace({ name: "postgresql" }), 20, (work) => 20 + work / 1_000)).toBe(20_000);
  });

  it("does not grow after a transaction with little to do", () => {
    const pace = new Pace({ name: "sqlite" });
    pace.measured(10, 0.1);
    expect(pace.budget).toBe(600);
  });

  it("does not shrink after a single slow transaction", () => {
    const pace = new Pace({ name: "sqlite" });
    const budget = budgetAfter(pace, 20, (work) => work / 100);
    pace.measured(budget, 500);
    expect(pace.budget).toBe(budget);
    expect(budgetAfter(pace, 2, () => 500)).toBeLessThan(budget / 2);
  });

  it("does half of the work at once while others commit", async () => {
    const pace = new Pace({ name: "sqlite" });
    const budget = budgetAfter(pace, 20, (work) => work / 100);
    for (const [othersVersion, share] of [
      [1, 2],
      [1, 1],
      [2, 2],
    ] as const) {
      await pace.pause(othersVersion);
      expect(pace.budget).toBe(Math.floor(budget / share));
    }
    // What is measured then is no evidence of another cost.
    expect(budgetAfter(pace, 20, (work) => work / 100)).toBe(Math.floor(budget / 2));
  });

  it("waits between two transactions only while others commit", async () => {
    const pace = new Pace({ name: "sqlite" });
    const waits = async (othersVersion: number | null): Promise<boolean> => {
      // As if the transaction ended just now, however slow this machine is.
      vi.spyOn(performance, "now").mockReturnValue(1_000);
      pace.measured(600, 5);
      const next = new Promise<true>((resolve) => setImmediate(() => resolve(true)));
      const isWaiting = await Promise.race([pace.pause(othersVersion).then(() => false), next]);
      vi.restoreAllMocks();
      return isWaiting;
    };
    await pace.pause(7);
    expect(await waits(7)).toBe(false);
    expect(await waits(8)).toBe(true);
    expect(await waits(8)).toBe(false);
    expect(await waits(null)).toBe(true);
  });
});
