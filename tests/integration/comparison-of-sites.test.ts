import { describe, expect, it } from "vitest";
import { caseOf, simulatedAnswers, valuesOf } from "../support/simulated";

/*
 * A short form of `npm run bench:statistics`. The seed is fixed; how sure each bound is says how likely other seeds
 * keep it too, and which mistakes break it.
 */

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("where nothing changed", () => {
  it("two releases that are live at once are told apart about as often as chance does", async () => {
    const nothing = caseOf("nothing-concurrent");
    const answers = await simulatedAnswers(nothing, 40);
    expect(sum(valuesOf(nothing, answers, "compared model"))).toBe(40);
    // At 5 % more than 8 of 40 are 1 in 2,000; samples taken for independent call 11 and more.
    expect(sum(valuesOf(nothing, answers, "called regression or improvement"))).toBeLessThanOrEqual(8);
    expect(sum(valuesOf(nothing, answers, "the interval covers the truth"))).toBeGreaterThanOrEqual(32);
    // And not so wide that it says nothing.
    for (const { delta } of answers) {
      const { low, high } = delta?.LCP.interval ?? { low: 0, high: 0 };
      expect(high - low).toBeGreaterThan(3);
      expect(high - low).toBeLessThan(30);
    }
  });

  it("a release is compared by a model of the week before it, and how days differ is in its interval", async () => {
    const nothing = caseOf("nothing-after-a-week");
    const answers = await simulatedAnswers(nothing, 8);
    expect(sum(valuesOf(nothing, answers, "compared model"))).toBe(8);
    // At 5 % more than 3 of 8 are 1 in 2,700.
    expect(sum(valuesOf(nothing, answers, "called regression or improvement"))).toBeLessThanOrEqual(3);
    expect(
      answers.every(({ comparison }) => comparison?.reason === null && comparison.historyDays === 8),
    ).toBe(true);
  });
});

it("a release that is 10 % slower is found while both are live", async () => {
  const slower = caseOf("10-percent-concurrent");
  const answers = await simulatedAnswers(slower, 10);
  // At 90 % fewer than 6 of 10 are 1 in 600; by half the traffic 4 would be found.
  expect(sum(valuesOf(slower, answers, "called a regression"))).toBeGreaterThanOrEqual(6);
  expect(sum(valuesOf(slower, answers, "the interval covers the truth"))).toBeGreaterThanOrEqual(7);
});

it("more traffic from phones is no regression of the release, whatever a bare percentage says", async () => {
  const mix = caseOf("device-mix");
  const answers = await simulatedAnswers(mix, 2);
  expect(valuesOf(mix, answers, "called a regression")).toEqual([0, 0]);
  for (const { delta } of answers) {
    // 6 to 11 % in the long run, with a standard error of 1.5 points.
    expect(delta?.LCP.mix?.percent).toBeGreaterThan(2);
    expect(delta?.LCP.mix?.cause).toMatchObject({ kind: "device", device: "mobile" });
  }
});
