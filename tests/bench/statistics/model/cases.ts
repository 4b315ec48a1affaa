import type { Random } from "../../../../app/cli/sample/random";
import type { Change } from "../../../../app/stats/comparison/change";
import { decideVerdict, NOMINAL } from "../../../../app/stats/comparison/judge";
import {
  erased,
  findingOf,
  type ModelCase,
  type ModelMeasure,
  modelAt,
  type Shape,
  simulationOf,
} from "./model-case";
import { oracleHalfWidth } from "./oracle";
import { PAGE_CASES } from "./page-cases";
import { type RollOut, simulate } from "./site";
import { HARSH, OWN } from "./traffic";
import { WATCHED_CASES } from "./watched-cases";

/** What one simulated site says. */
export type ModelAnswer = {
  change: Change;
  /** The true change, in percent. */
  truth: number;
  /** Half-width of the interval and of the oracle's, on the logarithm. */
  half: number;
  oracle: number;
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
  return {
    change,
    truth: Math.expm1(effect) * 100,
    half,
    oracle: oracleHalfWidth(site, traffic, model.joint.curve.slope),
  };
}

const isCalled = ({ verdict }: Change): boolean => verdict === "regression" || verdict === "improvement";

const called = (most: number): ModelMeasure<ModelAnswer> => ({
  name: "called regression or improvement",
  bound: { atMost: most },
  of: ({ change }) => Number(isCalled(change)),
});

const found = (least: number): ModelMeasure<ModelAnswer> => ({
  name: "called a regression",
  bound: { atLeast: least },
  of: ({ change }) => Number(change.verdict === "regression"),
});

const unchanged = (least: number): ModelMeasure<ModelAnswer> => ({
  name: "unchanged",
  bound: { atLeast: least },
  of: ({ change }) => Number(change.verdict === "unchanged"),
});

const covers: ModelMeasure<ModelAnswer> = {
  name: "the interval covers the truth",
  bound: { within: [0.93, 0.98] },
  of: ({ change: { interval }, truth }) =>
    interval === null ? null : Number(interval.low <= truth && truth <= interval.high),
};

const coversGoodShare: ModelMeasure<ModelAnswer> = {
  name: "the good share's interval covers no change",
  bound: { within: [0.93, 0.99] },
  of: ({ change: { goodShare } }) =>
    goodShare === null ? null : Number(goodShare.low <= 0 && goodShare.high >= 0),
};

const ratio = (most: number): ModelMeasure<ModelAnswer> => ({
  name: "half-width, of the oracle's",
  bound: { atMost: most },
  of: ({ half, oracle }) => half / oracle,
});

const MODELS = { own: OWN, harsh: HARSH } as const;
type ModelName = keyof typeof MODELS;

/** Least shares of "unchanged" where nothing changed, and of +10 % found. */
const TARGETS: Readonly<Record<ModelName, Readonly<Record<number, { unchanged: number; found: number }>>>> = {
  own: {
    2000: { unchanged: 0.28, found: 0.6 },
    7000: { unchanged: 0.78, found: 0.85 },
    20000: { unchanged: 0.95, found: 0.93 },
  },
  harsh: {
    2000: { unchanged: 0, found: 0.35 },
    7000: { unchanged: 0.45, found: 0.65 },
    20000: { unchanged: 0.78, found: 0.84 },
  },
};

const simple = (
  name: string,
  about: string,
  shape: Shape,
  measures: ReadonlyArray<ModelMeasure<ModelAnswer>>,
  runs = 200,
): ModelCase => erased({ name, about, runs, measures, answer: (random) => answerOf(shape, random) });

const grid = (Object.keys(MODELS) as ModelName[]).flatMap((model) =>
  [2_000, 7_000, 20_000].flatMap((perDay) => {
    const target = TARGETS[model][perDay] as { unchanged: number; found: number };
    const shape = { traffic: MODELS[model], perDay };
    const about = `${model} traffic, ${perDay} page views a day, both releases live for two days`;
    return [
      simple(`model-${model}-${perDay}-nothing`, `${about}; nothing changed`, shape, [
        called(0.05),
        covers,
        coversGoodShare,
        unchanged(target.unchanged),
        ratio(1.35),
      ]),
      simple(
        `model-${model}-${perDay}-10-percent`,
        `${about}; 10 % slower`,
        { ...shape, effect: Math.log(1.1) },
        [found(target.found), covers],
      ),
    ];
  }),
);

const half: RollOut = (age) => (age >= 0 ? 0.5 : 0);
const canary: RollOut = (age) => (age >= 0 ? 0.02 : 0);
const ramp: RollOut = (age) => (age < 0 ? 0 : 0.05 + 0.9 * Math.min(1, age / 23));

const nothing = [called(0.05), covers, ratio(1.5)];

const others: readonly ModelCase[] = [
  simple("model-cls", "CLS, a third of it zero; nothing changed", { traffic: HARSH, metric: "CLS" }, [
    called(0.05),
    {
      ...covers,
      of: ({ change: { interval } }) => interval && Number(interval.low <= 0 && interval.high >= 0),
    },
    coversGoodShare,
  ]),
  simple("model-inp", "INP in steps of 8 ms; nothing changed", { traffic: OWN, metric: "INP" }, nothing),
  simple(
    "model-4-days",
    "a site with four days of history; nothing changed",
    { traffic: HARSH, history: 96 },
    nothing,
  ),
  simple(
    "model-1-day",
    "one day of history, four hours of the release",
    { traffic: HARSH, history: 24, age: 4 },
    nothing,
  ),
  simple("model-noisy-days", "days that differ by 10 %", { traffic: { ...HARSH, day: 0.1 } }, nothing),
  simple("model-quiet-days", "days that do not differ", { traffic: { ...OWN, day: 0 } }, nothing),
  simple(
    "model-three-a-day",
    "three releases a day, four hours of the newest",
    { traffic: { ...OWN, gaps: [8] }, age: 4, perDay: 5_000 },
    nothing,
  ),
  simple(
    "model-gradual",
    "both releases live for a day, half each",
    { traffic: OWN, age: 24, rollOut: half },
    nothing.slice(0, 2),
  ),
  simple(
    "model-ramp",
    "a roll-out from 5 to 95 % within a day",
    { traffic: OWN, age: 24, rollOut: ramp },
    nothing.slice(0, 2),
  ),
  simple(
    "model-canary",
    "a canary of 2 % for two days",
    { traffic: OWN, rollOut: canary },
    nothing.slice(0, 2),
  ),
];

export const MODEL_CASES: readonly ModelCase[] = [...grid, ...others, ...PAGE_CASES, ...WATCHED_CASES];
