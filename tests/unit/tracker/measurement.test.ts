import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricWithAttribution } from "web-vitals/attribution";
import { roundValue, toMeasurement } from "../../../app/tracker/measurement";
import { METRICS, rate, THRESHOLDS } from "../../../app/vitals/metrics";

const metric = (fields: Record<string, unknown>) =>
  ({
    id: "v6-1795394560724-8298155793737",
    name: "LCP",
    value: 1234.5678,
    delta: 1,
    rating: "good",
    entries: [],
    navigationType: "navigate",
    navigationId: 1,
    navigationURL: "https://shop.example/?q=1",
    attribution: {},
    ...fields,
  }) as unknown as MetricWithAttribution;

describe("roundValue", () => {
  it("keeps 3 decimals of times and 6 of CLS", () => {
    expect(roundValue("LCP", 1234.567_89)).toBe(1234.568);
    expect(roundValue("INP", 152)).toBe(152);
    expect(roundValue("CLS", 0.123_456_78)).toBe(0.123_457);
    expect(roundValue("CLS", 0)).toBe(0);
    expect(roundValue("TTFB", 151.800_000_000_046_57)).toBe(151.8);
  });

  it("does not round over a threshold", () => {
    expect(roundValue("LCP", 2500.000_1)).toBe(2500.000_1);
    expect(roundValue("LCP", 2499.999_9)).toBe(2500);
    expect(roundValue("CLS", 0.1 + 1e-9)).toBe(0.1 + 1e-9);
    expect(roundValue("CLS", 0.25 + 1e-12)).toBe(0.25 + 1e-12);
  });

  it("never changes a rating, even next to a threshold", () => {
    const anyMetric = fc.constantFrom(...METRICS);
    const nearEdge = fc.double({ min: -1e-3, max: 1e-3, noNaN: true });
    fc.assert(
      fc.property(anyMetric, fc.boolean(), nearEdge, (name, isGood, offset) => {
        const { good, needsImprovement } = THRESHOLDS[name];
        const value = (isGood ? good : needsImprovement) + offset;
        expect(rate(name, roundValue(name, value))).toBe(rate(name, value));
      }),
      { seed: 7, numRuns: 2000 },
    );
    fc.assert(
      fc.property(anyMetric, fc.double({ min: 0, max: 600_000, noNaN: true }), (name, value) => {
        const rounded = roundValue(name, value);
        expect(rate(name, rounded)).toBe(rate(name, value));
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(name === "CLS" ? 5.1e-7 : 5.1e-4);
      }),
      { seed: 8, numRuns: 2000 },
    );
  });
});

describe("toMeasurement", () => {
  it("returns exactly the fields of the wire format", () => {
    expect(toMeasurement(metric({}), 3)).toEqual({
      id: "v6-1795394560724-8298155793737",
      name: "LCP",
      value: 1234.568,
      navigationType: "navigate",
      sequence: 3,
      attribution: {},
    });
  });
});
