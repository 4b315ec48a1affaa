import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalT, twoSidedP } from "../../../app/stats/student-t";

/** Percentage points of Student's t as tables print them (Fisher and Yates 1963, table III), two-sided. */
const TABLE: ReadonlyArray<[degrees: number, p10: number, p5: number, p1: number, p01: number]> = [
  [1, 6.314, 12.706, 63.657, 636.619],
  [2, 2.92, 4.303, 9.925, 31.599],
  [3, 2.353, 3.182, 5.841, 12.924],
  [4, 2.132, 2.776, 4.604, 8.61],
  [5, 2.015, 2.571, 4.032, 6.869],
  [6, 1.943, 2.447, 3.707, 5.959],
  [10, 1.812, 2.228, 3.169, 4.587],
  [23, 1.714, 2.069, 2.807, 3.768],
  [30, 1.697, 2.042, 2.75, 3.646],
  [60, 1.671, 2.0, 2.66, 3.46],
  [120, 1.658, 1.98, 2.617, 3.373],
  [1e9, 1.645, 1.96, 2.576, 3.291],
];

const rows = TABLE.flatMap(([degrees, ...values]) =>
  values.map((t, i) => [degrees, [0.1, 0.05, 0.01, 0.001][i] as number, t] as const),
);

describe("Student's t", () => {
  it.each(rows)("with %d degrees of freedom leaves %d beyond the printed value %d", (degrees, p, t) => {
    expect(criticalT(p, degrees)).toBeCloseTo(t, 3);
    // The table is rounded to three digits after the point.
    expect(twoSidedP(t, degrees) / p).toBeCloseTo(1, 2);
  });

  it("has the exact p-values of one and of two degrees of freedom", () => {
    for (const t of [0.001, 0.1, 1, 2, 12.7, 100, 1e6]) {
      expect(twoSidedP(t, 1)).toBeCloseTo((2 / Math.PI) * Math.atan(1 / t), 12);
      expect(twoSidedP(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
    }
  });

  it("is the normal distribution with many degrees of freedom", () => {
    for (const [z, p] of [
      [0.5, 0.617075],
      [1, 0.317311],
      [1.959964, 0.05],
      [3, 0.0026998],
      [5, 5.733e-7],
    ] as const) {
      expect(twoSidedP(z, 1e7) / p).toBeCloseTo(1, 3);
    }
  });

  it("is sure of nothing at 0, of everything at infinity, and knows nothing of no number", () => {
    expect(twoSidedP(0, 5)).toBe(1);
    expect(twoSidedP(Number.POSITIVE_INFINITY, 5)).toBe(0);
    expect(twoSidedP(Number.NEGATIVE_INFINITY, 5)).toBe(0);
    expect(twoSidedP(1e200, 5)).toBe(0);
    expect(twoSidedP(Number.NaN, 5)).toBe(1);
  });

  it("has no side", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (t, degrees) => twoSidedP(-t, degrees) === twoSidedP(t, degrees),
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it("finds the value of every p-value again, with degrees of freedom that are not whole too", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 0.999, noNaN: true }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (p, degrees) => {
          expect(twoSidedP(criticalT(p, degrees), degrees) / p).toBeCloseTo(1, 8);
        },
      ),
      { seed: 2, numRuns: 2_000 },
    );
  });

  it("falls as t grows, and the more steeply the more degrees of freedom there are", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 500 }),
        (t, more, degrees) => {
          expect(twoSidedP(t + more, degrees)).toBeLessThan(twoSidedP(t, degrees));
          expect(twoSidedP(t, degrees + 1)).toBeLessThan(twoSidedP(t, degrees));
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });
});
