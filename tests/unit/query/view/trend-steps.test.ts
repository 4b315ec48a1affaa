import { describe, expect, it } from "vitest";
import { emptyTrend, joinThinSteps } from "../../../../app/query/view/trend-steps";
import { addValue } from "../../../../app/stats/sketch/sketch";
import { DAY, FIVE_MINUTES, HOUR, MINUTE, type TimeWindow } from "../../../../app/vitals/time";

const START = Date.UTC(2026, 10, 22);

/** A trend over `window` whose i-th step has `samples[i]` of LCP. */
function trendOf(window: TimeWindow, step: number, samplesOf: (i: number) => number) {
  const trend = emptyTrend(window, step);
  trend.forEach(({ metrics }, i) => {
    if (samplesOf(i) > 0) addValue(metrics.LCP, 1000 + i, samplesOf(i));
  });
  return trend;
}

const joinedOf = (window: TimeWindow, step: number, samplesOf: (i: number) => number) => {
  const { step: chosen, trend } = joinThinSteps(trendOf(window, step, samplesOf), window, step, "LCP");
  return { step: chosen, trend, samples: trend.map(({ metrics }) => metrics.LCP.n) };
};

const DAY_LONG = { from: START, to: START + DAY };

describe("joinThinSteps", () => {
  it("leaves steps with a percentile unchanged", () => {
    expect(joinedOf(DAY_LONG, HOUR, () => 30).step).toBe(HOUR);
    expect(joinedOf(DAY_LONG, HOUR, (i) => (i < 12 ? 30 : 0)).step).toBe(HOUR);
  });

  it.each([
    [29, 3 * HOUR],
    [10, 3 * HOUR],
    [9, 6 * HOUR],
    [5, 6 * HOUR],
  ])("joins hours of %i samples until most steps have one", (samples, step) => {
    const joined = joinedOf(DAY_LONG, HOUR, () => samples);
    expect(joined.step).toBe(step);
    expect(new Set(joined.samples)).toEqual(new Set([samples * (step / HOUR)]));
  });

  it("leaves the steps unchanged if even long ones have too few samples", () => {
    expect(joinedOf(DAY_LONG, HOUR, () => 1)).toMatchObject({ step: HOUR, samples: Array(24).fill(1) });
    expect(joinedOf(DAY_LONG, HOUR, () => 0).step).toBe(HOUR);
  });

  it("keeps every sample of a window that starts within a step", () => {
    const window = { from: START + 2 * HOUR, to: START + DAY + 2 * HOUR };
    const { trend, samples, step } = joinedOf(window, HOUR, () => 11);
    expect(step).toBe(3 * HOUR);
    expect(samples).toEqual([11, 33, 33, 33, 33, 33, 33, 33, 22]);
    expect([trend.at(0)?.from, trend.at(-1)?.to]).toEqual([window.from, window.to]);
  });

  it("joins five minutes to quarters of an hour first", () => {
    const window = { from: START, to: START + HOUR };
    expect(joinedOf(window, FIVE_MINUTES, () => 10).step).toBe(15 * MINUTE);
    expect(joinedOf(window, FIVE_MINUTES, () => 9).step).toBe(FIVE_MINUTES);
  });
});
