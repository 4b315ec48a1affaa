import { describe, expect, it } from "vitest";
import { averagedFit } from "../../../../../app/stats/comparison/joint/averaged-fit";
import { designOf } from "../../../../../app/stats/comparison/joint/design";
import type { Noise } from "../../../../../app/stats/comparison/joint/noise-grid";
import { earlierSteps, withoutOutliers } from "../../../../../app/stats/comparison/joint/steps";
import { BASELINE, CURRENT } from "../../../../../app/stats/comparison/pools";
import { blocksOf, inTurn, noise, observed, type Row } from "./observed";

const NOISE: Noise = { day: 0.02, hour: 0.04, memory: 30, design: 1.7 };

/** Ten older builds of two days each, the baseline and the current one, with `levels` by build. */
function releases(levels: Readonly<Record<number, number>>): Row[] {
  const draw = noise("releases", 0.02);
  const builds = [
    ...Array.from({ length: 10 }, (_, i) => blocksOf(2 + i, 12)).flat(),
    ...blocksOf(BASELINE, 12),
    ...blocksOf(CURRENT, 12),
  ];
  return inTurn(builds, (block) => (levels[builds[block] as number] ?? 0) + draw()).map((row) => ({
    ...row,
    variance: 0.0002,
  }));
}

describe("earlierSteps", () => {
  it("finds none where releases changed nothing", () => {
    expect(earlierSteps(observed(releases({})), NOISE)).toEqual([]);
  });

  it("finds a level that went with its build", () => {
    const steps = earlierSteps(observed(releases({ 5: 0.3 })), NOISE);
    expect(steps).toHaveLength(1);
    expect([...(steps[0] ?? [])].map((value, at) => (value === 1 ? at : -1)).filter((at) => at >= 0)).toEqual(
      Array.from({ length: 12 }, (_, i) => 36 + i),
    );
  });

  it("finds a level that came and stayed", () => {
    const later = Object.fromEntries([6, 7, 8, 9, 10, 11, BASELINE, CURRENT].map((build) => [build, 0.3]));
    const [step, ...more] = earlierSteps(observed(releases(later)), NOISE);
    expect(more).toEqual([]);
    expect([...(step ?? [])].lastIndexOf(1)).toBe(47);
    expect(step?.indexOf(1)).toBe(0);
  });

  it("never has more than four", () => {
    const levels = Object.fromEntries(
      [2, 3, 4, 5, 6, 7, 8, 9].map((build) => [build, build % 2 ? 0.5 : -0.5]),
    );
    expect(earlierSteps(observed(releases(levels)), NOISE).length).toBeLessThanOrEqual(4);
  });

  it("leaves the interval as narrow as without the change", () => {
    const quiet = averagedFit(observed(releases({}))).variance;
    expect(averagedFit(observed(releases({ 5: 0.3 }))).variance / quiet).toBeLessThan(1.3);
  });
});

describe("withoutOutliers", () => {
  const at = 40;
  const withOutage = (block: number): Row[] =>
    releases({}).map((row) => (row.block === block ? { ...row, value: 2 } : row));

  it("ignores an outage before the baseline", () => {
    const observations = observed(withOutage(at));
    const { variances } = withoutOutliers(observations, designOf(observations), NOISE);
    const ignored = [...variances].map((variance, i) => (variance > 0.5 ? i : -1)).filter((i) => i >= 0);
    expect(ignored).toContain(at);
    // The filter expects the level to stay for a moment, so the block after it may look odd, too.
    expect(ignored.length).toBeLessThanOrEqual(2);
  });

  it("ignores none of the compared releases", () => {
    const observations = observed(withOutage(125));
    const { variances } = withoutOutliers(observations, designOf(observations), NOISE);
    expect(Math.max(...variances)).toBeLessThan(0.5);
  });
});
