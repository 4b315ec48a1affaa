import { describe, expect, it } from "vitest";
import { Random, weightedChoice } from "../../../../app/cli/sample/random";

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const deviation = (values: number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

describe("Random", () => {
  it("returns the same numbers for the same seed, name and index, on every machine", () => {
    const random = new Random(1, "visitors");
    const first = draw(4, () => random.bits());
    expect(first).toMatchInlineSnapshot(`
      [
        2137699366,
        4231023993,
        1330440693,
        1174410252,
      ]
    `);
    expect(draw(4, () => random.bits())).not.toEqual(first);
    expect(draw(4, () => random.at(0).bits())).toEqual(Array(4).fill(first[0]));
    random.at(0);
    expect(draw(4, () => random.bits())).toEqual(first);
  });

  it("returns other numbers for another seed, name or index", () => {
    const seen = new Set<number>();
    for (const seed of [0, 1, 2, 0x1_0000_0001, Number.MAX_SAFE_INTEGER]) {
      for (const name of ["", "a", "b", "ab", "ba"]) {
        const random = new Random(seed, name);
        for (const index of [0, 1, 2, 0x1_0000_0000, 0x1_0000_0001]) seen.add(random.at(index).bits());
      }
    }
    expect(seen.size).toBe(125);
  });

  it("discards the spare normal number at a new index", () => {
    const random = new Random(1, "a");
    const first = random.at(5).normal();
    expect(random.at(5).normal()).toBe(first);
    random.normal();
    expect(random.at(5).normal()).toBe(first);
  });

  it("is uniform, also in the first numbers of successive indexes", () => {
    const random = new Random(7, "uniform");
    for (const values of [
      draw(100_000, () => random.uniform()),
      Array.from({ length: 100_000 }, (_, i) => random.at(i).uniform()),
    ]) {
      const tenths = Array<number>(10).fill(0);
      for (const value of values) tenths[Math.floor(10 * value)] = (tenths[Math.floor(10 * value)] ?? 0) + 1;
      expect(Math.min(...tenths)).toBeGreaterThan(9_600);
      expect(Math.max(...tenths)).toBeLessThan(10_400);
      const neighbours = mean(values.slice(1).map((value, i) => (value - 0.5) * ((values[i] ?? 0) - 0.5)));
      expect(Math.abs(neighbours)).toBeLessThan(0.002);
    }
  });

  it("has the documented distributions", () => {
    const random = new Random(3, "shapes");
    const normal = draw(100_000, () => random.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(deviation(normal)).toBeCloseTo(1, 1);
    const logs = draw(100_000, () => Math.log(random.logNormal(1_800, 0.6)));
    expect(mean(logs)).toBeCloseTo(Math.log(1_800), 1);
    expect(deviation(logs)).toBeCloseTo(0.6, 1);
    expect(mean(draw(100_000, () => random.exponential(3)))).toBeCloseTo(3, 1);
    expect(mean(draw(100_000, () => (random.chance(0.02) ? 1 : 0)))).toBeCloseTo(0.02, 2);
  });
});

describe("weightedChoice", () => {
  it("returns each index with its probability", () => {
    const choose = weightedChoice([2, 1, 1]);
    expect([0, 0.49, 0.5, 0.74, 0.75, 0.999_999].map(choose)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(weightedChoice([5])(0.7)).toBe(0);
  });
});
