import { describe, expect, it } from "vitest";
import { alwaysValidZ } from "../../../../../app/stats/comparison/joint/always-valid";
import { averagedFit } from "../../../../../app/stats/comparison/joint/averaged-fit";
import { timeToVariance } from "../../../../../app/stats/comparison/joint/settle";
import { BASELINE, CURRENT } from "../../../../../app/stats/comparison/pools";
import { blocksOf, inTurn, noise, observed } from "./observed";

const fitOf = (blocks: number, variance = 0.002) => {
  const draw = noise("to settle", 0.03);
  const builds = [...blocksOf(2, 60), ...blocksOf(BASELINE, 12), ...blocksOf(CURRENT, blocks)];
  return averagedFit(observed(inTurn(builds, draw).map((row) => ({ ...row, variance }))));
};

describe("timeToVariance", () => {
  it("says how many hours and samples more of the same would be enough", () => {
    const fit = fitOf(3);
    const more = timeToVariance(fit)(fit.variance / 1.5);
    expect(more?.hours).toBeGreaterThan(0);
    expect(more?.samples).toBe(((more?.hours ?? 0) / 4) * 100);
    const later = fitOf(3 + (more?.hours ?? 0) / 4);
    expect(later.variance).toBeLessThan(1.3 * (fit.variance / 1.5));
  });

  it("returns null where a week of the same would not be enough", () => {
    const fit = fitOf(12);
    expect(timeToVariance(fit)(fit.variance / 20)).toBeNull();
    expect(timeToVariance(fit)(0)).toBeNull();
  });
});

describe("alwaysValidZ", () => {
  it.each([0.031, 0.035, 0.039])("is about 3 for a standard error of %s", (error) => {
    expect(alwaysValidZ(error ** 2, 0.05)).toBeCloseTo(3.05, 1);
  });

  it("is never passed by more than one in twenty who look after every sample", () => {
    let passed = 0;
    const runs = 400;
    for (let run = 0; run < runs; run += 1) {
      const draw = noise(`walk ${run}`, 0.6);
      let sum = 0;
      for (let n = 1; n <= 500; n += 1) {
        sum += draw();
        const variance = 0.36 / n;
        if (Math.abs(sum / n) > alwaysValidZ(variance, 0.05) * Math.sqrt(variance)) {
          passed += 1;
          break;
        }
      }
    }
    expect(passed / runs).toBeLessThanOrEqual(0.05);
  });
});
