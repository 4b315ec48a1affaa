import { expect, it } from "vitest";
import { Random } from "../../../../../app/cli/sample/random";
import { NOMINAL, pValueOf } from "../../../../../app/stats/comparison/finding";
import { HOURS_OF_DAY } from "../../../../../app/vitals/time";
import { MODEL_CASES } from "../../../../bench/statistics/model/cases";
import {
  type ModelCase,
  modelAt,
  simulationOf,
  valuesOfModel,
} from "../../../../bench/statistics/model/model-case";
import { RECORDED_DAYS, routeFindings } from "../../../../bench/statistics/model/page";
import { simulate } from "../../../../bench/statistics/model/site";
import { HARSH } from "../../../../bench/statistics/model/traffic";

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

it("is narrow enough to call most sites without a change unchanged, and not too narrow", () => {
  const rate = measured("model-own-7000-nothing", 32);
  // At 81 % fewer than 19 of 32 are 1 in 500; intervals that are 1.35 times as wide leave 48 %.
  expect(rate("unchanged")).toBeGreaterThanOrEqual(19 / 32);
  // An upper bound of coverage that 32 sites can exceed: about 0.8 here (± 0.2), 0.2 for intervals twice as wide, which
  // cover the truth on all of them, and 1.6 for those of 0.7 times the width.
  expect(rate("squared error, of what the interval stands for")).toBeGreaterThan(0.35);
  expect(rate("squared error, of what the interval stands for")).toBeLessThan(1.4);
});

it("finds a release that is 10 % slower", () => {
  // At 88 % fewer than 8 of 12 are 1 in 500.
  expect(measured("model-own-7000-10-percent", 12)("called a regression")).toBeGreaterThanOrEqual(8 / 12);
});

it("covers no change on the largest routes where a release was rolled out within hours", () => {
  let covered = 0;
  let all = 0;
  for (let run = 0; run < 12; run += 1) {
    const simulation = simulationOf({
      traffic: HARSH,
      rollOut: (age) => (age < 0 ? 0 : Math.min(1, (age + 0.5) / 3)),
    });
    const { metric, history, age } = simulation;
    const routes = { count: 16, ownDays: 0, effect: () => 0, from: history - RECORDED_DAYS * HOURS_OF_DAY };
    const site = simulate({ ...simulation, routes }, new Random(1, "routes").at(run));
    for (const { finding } of routeFindings(site, 16, modelAt(site, metric, age), age).slice(0, 4)) {
      all += 1;
      covered += Number(pValueOf(finding) >= NOMINAL);
    }
  }
  // 97 % of them do; 83 % where the noise of hours and days is not counted.
  expect(all).toBe(48);
  expect(covered).toBeGreaterThanOrEqual(44);
});
