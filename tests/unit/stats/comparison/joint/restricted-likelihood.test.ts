import { describe, expect, it } from "vitest";
import { designOf } from "../../../../../app/stats/comparison/joint/design";
import type { Noise } from "../../../../../app/stats/comparison/joint/noise-grid";
import type { Observations } from "../../../../../app/stats/comparison/joint/observations";
import { FilterScratch, leastSquares } from "../../../../../app/stats/comparison/joint/restricted-likelihood";
import { BASELINE, CURRENT } from "../../../../../app/stats/comparison/pools";
import { blocksOf, inTurn, noise, observed, type Row } from "./observed";

const NOISE: Noise = { day: 0.03, hour: 0.05, memory: 30, design: 1.7 };

const fitted = (observations: Observations, with_: Noise = NOISE) => {
  const design = designOf(observations);
  return leastSquares(observations, design, with_, new FilterScratch(design.columns.length));
};

/** The covariance of observations, entry by entry, as the model's definition has it. */
function covarianceOf({ blocks, variances, hours, middles }: Observations, of: Noise): number[][] {
  const day = (at: number): number => Math.floor((middles[at] as number) / 24);
  return Array.from(blocks, (block, i) =>
    Array.from(blocks, (other, j) => {
      const apart = 4 * Math.abs(block - other);
      const kept = of.memory === null ? Number(day(i) === day(j)) : Math.exp(-apart / of.memory);
      const shared = block === other ? of.hour ** 2 / (hours[i] as number) : 0;
      return of.day ** 2 * kept + shared + (i === j ? of.design * (variances[i] as number) : 0);
    }),
  );
}

type Matrix = readonly (readonly number[])[];

/** The inverse by Gauss and Jordan, with partial pivoting, and ln of the determinant. */
function inverted(matrix: Matrix): { inverse: number[][]; logDeterminant: number } {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  let logDeterminant = 0;
  for (let pivot = 0; pivot < size; pivot += 1) {
    const best = rows.reduce(
      (most, row, i) =>
        i >= pivot && Math.abs(row[pivot] ?? 0) > Math.abs(rows[most]?.[pivot] ?? 0) ? i : most,
      pivot,
    );
    [rows[pivot], rows[best]] = [rows[best] as number[], rows[pivot] as number[]];
    const own = rows[pivot] as number[];
    const divisor = own[pivot] as number;
    logDeterminant += Math.log(Math.abs(divisor));
    rows[pivot] = own.map((value) => value / divisor);
    rows.forEach((row, i) => {
      const factor = row[pivot] as number;
      if (i !== pivot) rows[i] = row.map((value, j) => value - factor * (rows[pivot]?.[j] ?? 0));
    });
  }
  return { inverse: rows.map((row) => row.slice(size)), logDeterminant };
}

const product = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => (b[0] as number[]).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? 0), 0)));
const transposed = (a: Matrix): number[][] => (a[0] as number[]).map((_, j) => a.map((row) => row[j] ?? 0));

/** Generalised least squares with the dense covariance, as textbooks have it. */
function dense(observations: Observations, with_: Noise) {
  const { columns, precisions, change } = designOf(observations);
  const v = inverted(covarianceOf(observations, with_));
  const x = transposed(columns.map((column) => [...column]));
  const y = Array.from(observations.values, (value) => [value]);
  const weighted = product(transposed(x), v.inverse);
  const information = product(weighted, x).map((row, i) =>
    row.map((value, j) => (i === j ? value + (precisions[i] as number) : value)),
  );
  const { inverse, logDeterminant } = inverted(information);
  const beta = product(inverse, product(weighted, y));
  const explained = product(transposed(product(weighted, y)), beta)[0]?.[0] ?? 0;
  const all = product(product(transposed(y), v.inverse), y)[0]?.[0] ?? 0;
  return {
    change: beta[change]?.[0] ?? Number.NaN,
    variance: inverse[change]?.[change] ?? Number.NaN,
    logLikelihood: -0.5 * (v.logDeterminant + logDeterminant + all - explained),
  };
}

/** Two older builds, a baseline, a roll-out in which both are live, and an hour's gap. */
function mixedRows(): Row[] {
  const draw = noise("mixed rows", 0.05);
  const builds = [...blocksOf(2, 7), ...blocksOf(3, 6), ...blocksOf(BASELINE, 9)];
  const before = inTurn(builds).map((row) => ({
    ...row,
    value: draw(),
    variance: 0.0004 + Math.abs(draw()) / 50,
  }));
  const both = [24, 25, 26].flatMap((block) =>
    [BASELINE, CURRENT].map((build) => ({ block, build, value: draw(), variance: 0.002, hours: 3 })),
  );
  const after = [27, 28, 30, 31].map((block) => ({ block, build: CURRENT, value: draw(), variance: 0.001 }));
  return [...before, ...both, ...after];
}

describe("leastSquares", () => {
  it.each([
    ["a level that persists", NOISE],
    ["a level that holds for a day", { ...NOISE, memory: null }],
    ["a drift", { ...NOISE, memory: 300, day: 0.07 }],
    ["hours alone", { ...NOISE, day: 0.0001 }],
  ])("agrees with least squares on the dense covariance: %s", (_, with_) => {
    const observations = observed(mixedRows());
    const [own, reference] = [fitted(observations, with_), dense(observations, with_)];
    expect(own.change).toBeCloseTo(reference.change, 8);
    expect(own.variance / reference.variance).toBeCloseTo(1, 6);
    expect(own.logLikelihood).toBeCloseTo(reference.logLikelihood, 5);
  });

  it("has only the sampling variance of both sides for builds in one block", () => {
    const { change, variance } = fitted(
      observed([
        { block: 0, build: BASELINE, value: 0.02, variance: 0.003 },
        { block: 0, build: CURRENT, value: 0.09, variance: 0.001 },
      ]),
    );
    expect(change).toBeCloseTo(0.07, 8);
    expect(variance).toBeCloseTo(1.7 * (0.003 + 0.001), 8);
  });

  it("has the variances of independent blocks where days do not differ", () => {
    const rows = inTurn([...blocksOf(BASELINE, 12), ...blocksOf(CURRENT, 6)]);
    const observations = observed(rows);
    const columns = designOf(observations).columns.slice(0, 2);
    const with_ = { ...NOISE, day: 1e-9 };
    const design = { columns, precisions: [1e-8, 1e-8], change: 1 };
    const block = 0.05 ** 2 / 4 + 1.7 * 0.001;
    const { variance } = leastSquares(observations, design, with_, new FilterScratch(2));
    expect(variance).toBeCloseTo(block * (1 / 12 + 1 / 6), 9);
  });

  it("returns the change as it is where there is no noise", () => {
    const rows = inTurn([...blocksOf(BASELINE, 12), ...blocksOf(CURRENT, 6)], (block) =>
      block < 12 ? 0.1 : 0.25,
    ).map((row) => ({ ...row, variance: 0 }));
    const silent = { day: 1e-6, hour: 1e-5, memory: 30, design: 1 };
    expect(fitted(observed(rows), silent).change).toBeCloseTo(0.15, 6);
  });

  it("leaves no more than the season's prior of a rhythm that it knows", () => {
    const rows = inTurn(
      [...blocksOf(BASELINE, 24), ...blocksOf(CURRENT, 3)],
      (block) => 0.03 * Math.cos((2 * Math.PI * (4 * block + 2)) / 24),
    );
    expect(Math.abs(fitted(observed(rows)).change)).toBeLessThan(0.015);
  });
});
