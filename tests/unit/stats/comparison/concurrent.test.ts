import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../../app/cli/sample/random";
import { pairedWeights } from "../../../../app/stats/comparison/concurrent";
import { BASELINE, CURRENT } from "../../../../app/stats/comparison/pools";
import { concurrentOf, type Entry, p75OfLogNormal, tableOf, times } from "./tables";

const weightsOf = (current: number[], baseline: number[]) =>
  pairedWeights({ current: Float64Array.from(current), baseline: Float64Array.from(baseline) });

/** Both releases in `hours` hours, each with so many samples in hour h. */
function hoursOf(
  random: Random,
  hours: number,
  {
    current,
    baseline,
    change = 0,
    spread = 0.05,
  }: Record<"current" | "baseline", (hour: number) => number> & {
    change?: number;
    spread?: number;
  },
): Entry[] {
  return Array.from({ length: hours }, (_, unit): Entry[] => {
    const median = 1_500 * Math.exp(spread * random.normal());
    return [
      { side: CURRENT, unit, values: times(random, current(unit), median * Math.exp(change)) },
      { side: BASELINE, unit, values: times(random, baseline(unit), median) },
    ];
  }).flat();
}

describe("the weights of shared hours", () => {
  it("give both sides the same mass in every hour: n_a · n_b / (n_a + n_b)", () => {
    const count = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(count, count), { minLength: 1, maxLength: 30 }), (hours) => {
        const [a, b] = [hours.map(([n]) => n), hours.map(([, n]) => n)];
        const weights = weightsOf(a, b);
        hours.forEach(([n, m], hour) => {
          const [own, other] = [n * (weights.current[hour] ?? 0), m * (weights.baseline[hour] ?? 0)];
          expect(own).toBeCloseTo(other, 9);
          expect(own).toBeCloseTo(n < 3 || m < 3 ? 0 : (n * m) / (n + m), 9);
        });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("leave hours with fewer than three samples on a side out of both", () => {
    const { current, baseline } = weightsOf([2, 3, 100, 0], [100, 3, 2, 50]);
    expect([...current]).toEqual([0, 0.5, 0, 0]);
    expect([...baseline]).toEqual([0, 0.5, 0, 0]);
  });
});

describe("releases that are live in the same hours", () => {
  it("find the true change, and count the samples that they rest on", () => {
    const random = new Random(1, "true change");
    const entries = hoursOf(random, 48, {
      current: () => 2_000,
      baseline: () => 2_000,
      change: Math.log(1.1),
    });
    const estimate = concurrentOf(tableOf("LCP", entries), "LCP", 48);
    expect(estimate.changeScale).toBe("log");
    expect(estimate.n).toEqual({ current: 96_000, baseline: 96_000 });
    expect(Math.exp(estimate.difference)).toBeCloseTo(1.1, 1.7);
    expect(estimate.p75.baseline / p75OfLogNormal(1_500)).toBeCloseTo(1, 1.2);
    expect(estimate.degrees).toBeCloseTo(47, 6);
  });

  it("are not told apart by the hours in which each had its traffic", () => {
    // A slow morning and a fast evening, the traffic moving from the old release to the new one.
    const random = new Random(2, "moving shares");
    const entries = Array.from({ length: 24 }, (_, unit): Entry[] => {
      const median = 3_000 - 90 * unit;
      const share = (unit + 1) / 25;
      return [
        { side: CURRENT, unit, values: times(random, Math.round(2_000 * share), median) },
        { side: BASELINE, unit, values: times(random, Math.round(2_000 * (1 - share)), median) },
      ];
    }).flat();
    const estimate = concurrentOf(tableOf("LCP", entries), "LCP", 24);
    expect(Math.abs(estimate.difference)).toBeLessThan(3 * Math.sqrt(estimate.variance));
    expect(Math.abs(estimate.difference)).toBeLessThan(0.03);
    // Pooled as they are they differ by a fifth.
    const pooled = (side: number): number => {
      const all = entries.filter((entry) => entry.side === side).flatMap(({ values }) => values);
      return all.sort((a, b) => a - b)[Math.floor(0.75 * all.length)] as number;
    };
    expect(Math.log(pooled(BASELINE) / pooled(CURRENT))).toBeGreaterThan(0.2);
  });

  it("have the variance with which their difference really spreads", () => {
    for (const [name, current, baseline] of [
      ["equal", 100, 100],
      ["uneven", 30, 300],
    ] as const) {
      const random = new Random(3, name);
      const runs = 300;
      const estimates = Array.from({ length: runs }, () =>
        concurrentOf(
          tableOf("LCP", hoursOf(random, 24, { current: () => current, baseline: () => baseline })),
          "LCP",
          24,
        ),
      );
      const mean = estimates.reduce((sum, { difference }) => sum + difference, 0) / runs;
      const real = estimates.reduce((sum, { difference }) => sum + (difference - mean) ** 2, 0) / (runs - 1);
      const stated = estimates.reduce((sum, { variance }) => sum + variance, 0) / runs;
      // The real one is known within 8 % (one standard error).
      expect(stated / real).toBeGreaterThan(0.78);
      expect(stated / real).toBeLessThan(1.3);
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(real / runs));
    }
  });

  it("with the same samples differ by exactly nothing", () => {
    const random = new Random(4, "same");
    const same = Array.from({ length: 12 }, (_, unit): Entry[] => {
      const values = times(random, 57, 1_500);
      return [
        { side: CURRENT, unit, values },
        { side: BASELINE, unit, values },
      ];
    }).flat();
    const estimate = concurrentOf(tableOf("LCP", same), "LCP", 12);
    expect(estimate.difference).toBe(0);
    expect(estimate.identical).toBe(true);
    const other = concurrentOf(tableOf("LCP", [...same, { side: CURRENT, unit: 3, values: [9] }]), "LCP", 12);
    expect(other.identical).toBe(false);
  });

  it("are measured by their difference where a p75 is 0 or has no ratio", () => {
    const random = new Random(5, "zeros");
    const zeros = Array.from({ length: 6 }, (_, unit): Entry[] => [
      { side: CURRENT, unit, values: times(random, 60, 100) },
      { side: BASELINE, unit, values: [...Array<number>(50).fill(0), ...times(random, 10, 100)] },
    ]).flat();
    const estimate = concurrentOf(tableOf("TTFB", zeros), "TTFB", 6);
    expect(estimate.changeScale).toBe("linear");
    expect(estimate.p75.baseline).toBe(0);
    expect(estimate.difference).toBe(estimate.p75.current);
    const scores = Array.from({ length: 6 }, (_, unit): Entry[] =>
      [CURRENT, BASELINE].map((side) => ({
        side,
        unit,
        values: times(random, 60, 0.05).map((v) => Math.min(v, 9)),
      })),
    ).flat();
    expect(concurrentOf(tableOf("CLS", scores), "CLS", 6).changeScale).toBe("linear");
  });

  it("know no spread of a single hour", () => {
    const random = new Random(6, "one hour");
    const estimate = concurrentOf(
      tableOf("LCP", hoursOf(random, 1, { current: () => 500, baseline: () => 500 })),
      "LCP",
      1,
    );
    expect(estimate.degrees).toBe(0);
  });

  it("count hours of the night for little", () => {
    const random = new Random(7, "nights");
    const estimate = concurrentOf(
      tableOf(
        "LCP",
        hoursOf(random, 24, { current: (h) => (h < 6 ? 1_000 : 4), baseline: (h) => (h < 6 ? 1_000 : 4) }),
      ),
      "LCP",
      24,
    );
    expect(estimate.degrees).toBeGreaterThan(4.9);
    expect(estimate.degrees).toBeLessThan(5.6);
  });

  it("have a spread of visitors too: five views of each are worth fewer samples", () => {
    const random = new Random(8, "visitors");
    const visits = (count: number): number[] =>
      Array.from({ length: count / 5 }, () =>
        times(random, 5, 1_500 * Math.exp(0.5 * random.normal()), 0.4),
      ).flat();
    const shared = (visit: (count: number) => number[]) =>
      concurrentOf(
        tableOf(
          "LCP",
          Array.from({ length: 24 }, (_, unit): Entry[] =>
            [CURRENT, BASELINE].map((side) => ({ side, unit, values: visit(200) })),
          ).flat(),
        ),
        "LCP",
        24,
      );
    const correlated = shared(visits);
    const alone = shared((count) => times(random, count, 1_500, Math.hypot(0.5, 0.4)));
    expect(correlated.variance).toBeGreaterThan(1.6 * alone.variance);
    expect(correlated.good.current.samples).toBeLessThan(0.7 * alone.good.current.samples);
  });
});
