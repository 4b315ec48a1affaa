import { describe, expect, it } from "vitest";
import { Random } from "../../../../../app/cli/sample/random";
import { normalQuantile } from "../../../../../app/stats/comparison/joint/normal-quantile";
import { localSlope, quantileCurve } from "../../../../../app/stats/comparison/joint/quantile-curve";
import { scaleOf } from "../../../../../app/stats/sketch/scale";
import { sketchOf } from "../../shapes";

const MS = scaleOf("LCP");

const weighted = (values: readonly number[], scale = MS) => {
  const { counts, n } = sketchOf(scale, values);
  return { counts, mass: n, from: 0, to: counts.length };
};

const SIGMA = 0.65;
/** Log-normal values, one at each of 20,000 equally likely quantiles. */
const logNormal = (median: number, step = 0): number[] =>
  Array.from({ length: 20_000 }, (_, i) => {
    const value = median * Math.exp(SIGMA * normalQuantile((i + 0.5) / 20_000));
    return step === 0 ? value : step * Math.ceil(value / step);
  });

/** d ln Q / dp of a log-normal distribution at p. */
const slopeAt = (p: number): number => {
  const z = normalQuantile(p);
  return (SIGMA * Math.sqrt(2 * Math.PI)) / Math.exp(-0.5 * z * z);
};

describe("normalQuantile", () => {
  it.each([
    [0.5, 0],
    [0.75, 0.67448975],
    [0.975, 1.95996398],
    [0.025, -1.95996398],
    [0.99999, 4.26489079],
    [1e-12, -7.03448383],
  ])("of %s is %s", (p, z) => expect(normalQuantile(p)).toBeCloseTo(z, 4));

  it.each([0, 1, -0.1, Number.NaN])("throws for %s", (p) =>
    expect(() => normalQuantile(p)).toThrow(/not a share between 0 and 1/));
});

describe("quantileCurve", () => {
  it("has the slope of a log-normal distribution", () => {
    expect(quantileCurve(weighted(logNormal(2_000)), MS, "log").slope / slopeAt(0.75)).toBeCloseTo(1, 2);
  });

  it("has nearly the same slope where values come in steps", () => {
    const fine = quantileCurve(weighted(logNormal(110)), MS, "log").slope;
    const steps = quantileCurve(weighted(logNormal(110, 8)), MS, "log").slope;
    expect(Math.abs(steps / fine - 1)).toBeLessThan(0.1);
  });

  it.each([0.02, 0.1, 0.3, 0.7])("turns the share of a shift by %s back into it", (shift) => {
    // In the middle between N(0, σ) and N(shift, σ) lies the value above which one has δ more than the other.
    const { changeOf } = quantileCurve(weighted(logNormal(2_000)), MS, "log");
    let [low, high] = [0, 0.5];
    const shiftOf = (delta: number): number =>
      SIGMA * (normalQuantile(0.75 + delta / 2) - normalQuantile(0.75 - delta / 2));
    for (let i = 0; i < 60; i += 1) {
      const middle = (low + high) / 2;
      if (shiftOf(middle) < shift) low = middle;
      else high = middle;
    }
    expect(changeOf(low)).toBeCloseTo(shift, 2);
    expect(changeOf(-low)).toBeCloseTo(-shift, 2);
  });

  it("goes on as a line where a share changes by more than was fitted", () => {
    const { changeOf } = quantileCurve(weighted(logNormal(2_000)), MS, "log");
    expect(changeOf(0.6)).toBeCloseTo(1.5 * changeOf(0.4), 9);
  });

  it("reads the unit of CLS off the samples", () => {
    const scale = scaleOf("CLS");
    const random = new Random(1, "layout shifts");
    const values = Array.from({ length: 20_000 }, () => (random.chance(0.4) ? 0 : 0.2 * random.uniform()));
    const { changeOf, slope } = quantileCurve(weighted(values, scale), scale, "linear");
    // Above the zeros Q(p) = 0.2 (p - 0.4) / 0.6.
    expect(changeOf(0.06)).toBeCloseTo(0.02, 2);
    expect(slope).toBeGreaterThan(0);
  });

  it("is 0 for a p75 in the midst of zeros", () => {
    const scale = scaleOf("CLS");
    const values = [...Array.from({ length: 90 }, () => 0), ...Array.from({ length: 10 }, () => 0.3)];
    expect(quantileCurve(weighted(values, scale), scale, "linear").changeOf(0.02)).toBe(0);
  });
});

describe("localSlope", () => {
  it.each([0.3, 0.6, 0.9])("is d ln Q / dp at %s", (share) => {
    expect(localSlope(weighted(logNormal(2_000)), MS, share) / slopeAt(share)).toBeCloseTo(1, 1);
  });
});
