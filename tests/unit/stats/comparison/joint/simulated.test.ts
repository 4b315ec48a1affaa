import { expect, it } from "vitest";
import { MODEL_CASES } from "../../../../bench/statistics/model/cases";
import { type ModelCase, valuesOfModel } from "../../../../bench/statistics/model/model-case";

/*
 * A short form of the cases of `npm run bench:statistics` that go straight to the model. The seed is fixed; how sure each
 * bound is says how likely other seeds keep it too, and which mistakes break it.
 */

function measured(name: string, runs: number): (measure: string) => number {
  const one = MODEL_CASES.find((known) => known.name === name) as ModelCase;
  const values = valuesOfModel(one, runs, 1);
  return (measure) => {
    const of = values[one.measures.findIndex((known) => known.name === measure)] ?? [];
    return of.reduce((a, b) => a + b, 0) / of.length;
  };
}

it("is as narrow as the oracle's interval allows, and covers no change, on own and harsh traffic", () => {
  for (const name of ["model-own-2000-nothing", "model-harsh-2000-nothing"]) {
    const rate = measured(name, 24);
    // At 5 % more than 5 of 24 are 1 in 800.
    expect(rate("called regression or improvement")).toBeLessThanOrEqual(5 / 24);
    expect(rate("the interval covers the truth")).toBeGreaterThanOrEqual(19 / 24);
    expect(rate("half-width, of the oracle's")).toBeGreaterThan(1);
    expect(rate("half-width, of the oracle's")).toBeLessThan(1.35);
  }
});

it("finds a release that is 10 % slower", () => {
  // At 88 % fewer than 8 of 12 are 1 in 500.
  expect(measured("model-own-7000-10-percent", 12)("called a regression")).toBeGreaterThanOrEqual(8 / 12);
});
