import { expect, it } from "vitest";
import { caseOf, simulatedAnswers, valuesOf } from "../support/simulated";

/* A short form of `npm run bench:statistics`, as for whole sites. */

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

it("of 100 routes the 20 that are slower are found, and hardly any others", async () => {
  const routes = caseOf("20-of-100-routes");
  const answers = await simulatedAnswers(routes, 1);
  // In the long run over 80 %, and at most 10 %; 12 of 20 and a quarter are 3 standard errors away.
  expect(valuesOf(routes, answers, "slow routes found")[0]).toBeGreaterThanOrEqual(0.6);
  expect(valuesOf(routes, answers, "false among the badges shown")[0]).toBeLessThanOrEqual(0.25);
});

it("a release that three a day replaced is judged by a model of the days before it", async () => {
  const slower = caseOf("20-percent-three-a-day");
  const answers = await simulatedAnswers(slower, 2);
  expect(valuesOf(slower, answers, "compared model")).toEqual([1, 1]);
  // At 80 % both are missed 1 time in 25: the seed is one of the other 24.
  expect(sum(valuesOf(slower, answers, "called a regression"))).toBeGreaterThanOrEqual(1);
  for (const { comparison, delta } of answers) {
    expect(comparison).toMatchObject({ reason: null, live: false, hours: 4 });
    expect(delta?.LCP.percent).toBeGreaterThan(0);
  }
});

it.each([
  "identical-concurrent",
  "identical-after-a-week",
])("%s data is unchanged by exactly 0, as a whole and on every route", async (name) => {
  const identical = caseOf(name);
  const answers = await simulatedAnswers(identical, 2);
  expect(valuesOf(identical, answers, "unchanged, by exactly 0")).toEqual([1, 1]);
});

it("under 200 samples there is no verdict, though the release is twice as slow", async () => {
  const few = caseOf("few-samples");
  const answers = await simulatedAnswers(few, 3);
  expect(valuesOf(few, answers, "not enough data")).toEqual([1, 1, 1]);
  for (const { delta } of answers)
    expect(delta?.LCP).toMatchObject({ reason: "too-few-samples", n: { current: 192 } });
});
