import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearestRank, summariseAttribution } from "../../../../app/query/attribution/attribution-summary";
import type { AttributedSample } from "../../../../app/storage/attribution.server";
import { examples } from "../../../support/measurements";

const COVERAGE = { from: 0, to: 1_000_000 };

const sample = (value: number, changes: Partial<AttributedSample> = {}): AttributedSample => ({
  value,
  receivedAt: 500,
  element: "main>img",
  parts: null,
  finalHeaders: null,
  ...changes,
});

const lcp = (samples: AttributedSample[]) => summariseAttribution("LCP", samples, COVERAGE, null);

/** 1 to `count`. */
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe("nearestRank", () => {
  test("returns the smallest value with enough values at or below it", () => {
    expect(nearestRank([], 0.75)).toBeNull();
    expect(nearestRank([7], 0.75)).toBe(7);
    expect(nearestRank([1, 2, 3, 4], 0.75)).toBe(3);
    expect(nearestRank([1, 2, 3, 4, 5], 0.75)).toBe(4);
    expect(nearestRank(numbers(100), 0.07)).toBe(7);
  });

  test("satisfies its definition for any values", () => {
    const values = fc.array(fc.double({ min: 0, max: 600_000, noNaN: true }), {
      minLength: 1,
      maxLength: 99,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (unsorted, percent) => {
        const sorted = [...unsorted].sort((a, b) => a - b);
        const found = nearestRank(sorted, percent / 100) ?? -1;
        const atMost = sorted.filter((value) => value <= found).length;
        const below = sorted.filter((value) => value < found).length;
        return atMost * 100 >= percent * sorted.length && below * 100 < percent * sorted.length;
      }),
      examples(300),
    );
  });
});

describe("summariseAttribution, elements", () => {
  test("orders elements by frequency, each with its own p75, null under 30 measurements", () => {
    const { elements, n, withElement, distinctElements, p75 } = lcp([
      ...numbers(29).map((value) => sample(value, { element: "p.few" })),
      ...numbers(40).map((value) => sample(value * 100, { element: "img.many" })),
      ...numbers(5).map((value) => sample(value, { element: null })),
    ]);
    expect(elements).toEqual([
      { element: "img.many", n: 40, p75: 3_000 },
      { element: "p.few", n: 29, p75: null },
    ]);
    expect({ n, withElement, distinctElements, p75 }).toEqual({
      n: 74,
      withElement: 69,
      distinctElements: 2,
      p75: 2_200,
    });
  });

  test("lists the 8 most frequent, ties by name, for any order of the samples", () => {
    const samples = numbers(12).flatMap((i) => [sample(i, { element: `li:nth-child(${i + 10})` })]);
    const forwards = lcp(samples).elements.map(({ element }) => element);
    expect(lcp([...samples].reverse()).elements.map(({ element }) => element)).toEqual(forwards);
    expect(forwards).toHaveLength(8);
    expect(forwards[0]).toBe("li:nth-child(11)");
  });

  test("keeps zero as a value: a shift source of a perfect score", () => {
    const zeros = numbers(30).map(() => sample(0));
    expect(summariseAttribution("CLS", zeros, COVERAGE, null).elements).toEqual([
      { element: "main>img", n: 30, p75: 0 },
    ]);
  });

  test("returns no elements without samples", () => {
    expect(lcp([])).toEqual({
      metric: "LCP",
      coverage: COVERAGE,
      truncatedBy: null,
      n: 0,
      oldest: null,
      newest: null,
      p75: null,
      withElement: 0,
      distinctElements: 0,
      elements: [],
      parts: { n: 0, averaged: 0, p75: null, averages: null },
      finalHeadersP75: null,
      partsNearP95: null,
    });
  });
});

describe("summariseAttribution, finalHeadersP75", () => {
  test("uses only page views with Early Hints", () => {
    const hinted = numbers(100).map((i) => sample(i, { finalHeaders: 1_000 + i }));
    expect(lcp([...hinted, sample(1), sample(2)]).finalHeadersP75).toBe(1_075);
    expect(lcp(hinted.slice(0, 29)).finalHeadersP75).toBeNull();
    expect(lcp(numbers(100).map((i) => sample(i))).finalHeadersP75).toBeNull();
  });
});

describe("summariseAttribution, subparts", () => {
  test("averages the measurements from the 65th to the 85th percentile", () => {
    const samples = numbers(100).map((i) => sample(i * 10, { parts: [i, 0, i * 2, i * 3, i * 4] }));
    const { n, averaged, p75, averages } = lcp(samples).parts;
    // Ranks 65 to 85, whose average is 75.
    expect({ n, averaged, p75 }).toEqual({ n: 100, averaged: 21, p75: 750 });
    expect(averages).toEqual([75, 0, 150, 225, 300]);
  });

  test("averages those from the 90th to the 99th for the p95", () => {
    const samples = numbers(100).map((i) => sample(i * 10, { parts: [i, 0, i * 2, i * 3, i * 4] }));
    expect(lcp(samples).partsNearP95).toEqual({ averaged: 10, averages: [94.5, 0, 189, 283.5, 378] });
    const hinted = samples.map((one, i) => (i % 2 === 0 ? { ...one, finalHeaders: 1_000 } : one));
    // Five of the ten have final headers, the others a TTFB of 91, 93 … 99.
    expect(lcp(hinted).partsNearP95?.answered).toBe((5 * 1_000 + 470) / 10);
    const few = numbers(29).map((i) => sample(i, { parts: [i, 0, 0, 0, 0] }));
    expect(lcp(few).partsNearP95).toBeNull();
  });

  test("is not affected by a few very slow measurements", () => {
    const samples = numbers(100).map((i) => sample(i > 95 ? 500_000 : i, { parts: [i, 0, 0, 0, 0] }));
    expect(lcp(samples).parts.averages).toEqual([75, 0, 0, 0, 0]);
  });

  test("excludes measurements without all subparts", () => {
    const known = numbers(30).map((i) => sample(i, { parts: [i, 0, 0, 0, 0] }));
    const unknown = numbers(70).map(() => sample(9_000, { parts: null }));
    const { n, p75 } = lcp([...known, ...unknown]).parts;
    expect({ n, p75 }).toEqual({ n: 30, p75: 23 });
  });

  test("returns null under 30 measurements", () => {
    const samples = numbers(29).map((i) => sample(i, { parts: [i, 0, 0, 0, 0] }));
    expect(lcp(samples).parts).toEqual({ n: 29, averaged: 0, p75: null, averages: null });
  });

  test("returns averages that add up to the average of the sums", () => {
    const part = fc.double({ min: 0, max: 10_000, noNaN: true });
    const parts = fc.array(fc.tuple(part, part, part), { minLength: 30, maxLength: 80 });
    fc.assert(
      fc.property(parts, (rows) => {
        const sums = rows.map((row) => row.reduce((a, b) => a + b, 0));
        const samples = rows.map((row, i) => sample(sums[i] ?? 0, { parts: row }));
        const { averages } = summariseAttribution("INP", samples, COVERAGE, null).parts;
        const total = (averages ?? []).reduce((a, b) => a + b, 0);
        expect(total).toBeGreaterThanOrEqual(Math.min(...sums) - 1e-6);
        expect(total).toBeLessThanOrEqual(Math.max(...sums) + 1e-6);
      }),
      examples(200),
    );
  });
});
