import type { Random } from "../../../../app/cli/sample/random";
import type { Change } from "../../../../app/stats/comparison/change";
import { NOMINAL } from "../../../../app/stats/comparison/finding";
import { decideVerdict } from "../../../../app/stats/comparison/judge";
import type { Bound } from "../rates";
import {
  erased,
  findingOf,
  type ModelCase,
  type ModelMeasure,
  modelAt,
  type Shape,
  simulationOf,
} from "./model-case";
import { type OracleVerdicts, oracleHalfWidth, oracleVerdicts } from "./oracle";
import { simulate } from "./site";

/** What one simulated site says. */
export type ModelAnswer = {
  change: Change;
  /** The true change, in percent. */
  truth: number;
  /** Half-width of the interval and of the oracle's, on the logarithm. */
  half: number;
  oracle: number;
  /** How likely the oracle says "unchanged", and that the release is slower. */
  byOracle: OracleVerdicts;
};

/** Simulates a site and compares its releases, once, at their age. */
export function answerOf(shape: Shape, random: Random): ModelAnswer {
  const simulation = simulationOf(shape);
  const { metric, traffic, age, effect } = simulation;
  const site = simulate(simulation, random);
  const model = modelAt(site, metric, age);
  if (model.joint === null) throw new Error("There is too little to compare.");
  const change = decideVerdict(findingOf(metric, model), {
    p: NOMINAL,
    early: false,
    many: false,
  });
  const { interval } = change;
  const half = interval === null ? 0 : (Math.log1p(interval.high / 100) - Math.log1p(interval.low / 100)) / 2;
  const oracle = oracleHalfWidth(site, traffic, model.joint.curve.slope);
  const byOracle = oracleVerdicts(oracle, effect);
  return { change, truth: Math.expm1(effect) * 100, half, oracle, byOracle };
}

const isCalled = ({ verdict }: Change): boolean => verdict === "regression" || verdict === "improvement";

const atLeast = (least: number | null): Bound => (least === null ? { any: true } : { atLeast: least });

export const called = (most: number): ModelMeasure<ModelAnswer> => ({
  name: "called regression or improvement",
  bound: { atMost: most },
  of: ({ change }) => Number(isCalled(change)),
});

export const found = (least: number | null): ModelMeasure<ModelAnswer> => ({
  name: "called a regression",
  bound: atLeast(least),
  of: ({ change }) => Number(change.verdict === "regression"),
});

export const unchanged = (least: number | null): ModelMeasure<ModelAnswer> => ({
  name: "unchanged",
  bound: atLeast(least),
  of: ({ change }) => Number(change.verdict === "unchanged"),
});

export const covers: ModelMeasure<ModelAnswer> = {
  name: "the interval covers the truth",
  bound: { within: [0.93, 0.98] },
  of: ({ change: { interval }, truth }) =>
    interval === null ? null : Number(interval.low <= truth && truth <= interval.high),
};

export const coversGoodShare: ModelMeasure<ModelAnswer> = {
  name: "the good share's interval covers no change",
  bound: { within: [0.93, 0.99] },
  of: ({ change: { goodShare } }) =>
    goodShare === null ? null : Number(goodShare.low <= 0 && goodShare.high >= 0),
};

export const ratio = (most: number): ModelMeasure<ModelAnswer> => ({
  name: "half-width, of the oracle's",
  bound: { atMost: most },
  of: ({ half, oracle }) => half / oracle,
});

/**
 * The mean squared error, in those that the interval stands for: 1 for an exact one, with less for a wide one. Few runs tell
 * an interval that is too wide by this long before one is missed.
 */
export const squaredError: ModelMeasure<ModelAnswer> = {
  name: "squared error, of what the interval stands for",
  bound: { within: [0.6, 1.2] },
  of: ({ change: { percent }, truth, half }) =>
    percent === null || half === 0
      ? null
      : ((Math.log1p(percent / 100) - Math.log1p(truth / 100)) / (half / 1.96)) ** 2,
};

export const byOracle = (verdict: keyof OracleVerdicts): ModelMeasure<ModelAnswer> => ({
  name: verdict === "unchanged" ? "unchanged, by the oracle" : "called a regression, by the oracle",
  bound: { any: true },
  of: ({ byOracle: verdicts }) => verdicts[verdict],
});

export const simple = (
  name: string,
  about: string,
  shape: Shape,
  measures: ReadonlyArray<ModelMeasure<ModelAnswer>>,
  runs = 200,
): ModelCase => erased({ name, about, runs, measures, answer: (random) => answerOf(shape, random) });
