import {
  byOracle,
  called,
  covers,
  coversGoodShare,
  found,
  type ModelAnswer,
  ratio,
  simple,
  unchanged,
} from "./answer";
import type { ModelCase, ModelMeasure, Shape } from "./model-case";
import type { RollOut } from "./site";
import { HARSH, OWN, type Traffic } from "./traffic";

const half: RollOut = (age) => (age >= 0 ? 0.5 : 0);
const canary: RollOut = (age) => (age >= 0 ? 0.02 : 0);
const ramp: RollOut = (age) => (age < 0 ? 0 : 0.05 + 0.9 * Math.min(1, age / 23));

/** A situation that both traffic models are simulated in. */
type Situation = {
  name: string;
  about: string;
  shape: Omit<Shape, "traffic">;
  of?: (traffic: Traffic) => Traffic;
  /** The largest half-width, relative to the oracle's. */
  ratio?: number;
};

const DAYS = 24;

const SITUATIONS: readonly Situation[] = [
  { name: "24-hours", about: "the release is a day old", shape: { age: 24 }, ratio: 1.35 },
  { name: "4-days", about: "four days of history", shape: { history: 4 * DAYS } },
  { name: "10-days", about: "ten days of history", shape: { history: 10 * DAYS } },
  { name: "inp", about: "INP in steps of 8 ms", shape: { metric: "INP" } },
  {
    name: "noisy-days",
    about: "days that differ by 10 %",
    shape: {},
    of: (traffic) => ({ ...traffic, day: 0.1 }),
  },
  { name: "gradual", about: "both releases live for a day, half each", shape: { age: 24, rollOut: half } },
  { name: "ramp", about: "a roll-out from 5 to 95 % within a day", shape: { age: 24, rollOut: ramp } },
  { name: "canary", about: "a canary of 2 % for two days", shape: { rollOut: canary } },
];

const MODELS = { own: OWN, harsh: HARSH } as const;

const nothing = (most: number): ReadonlyArray<ModelMeasure<ModelAnswer>> => [
  called(0.05),
  covers,
  unchanged(null),
  byOracle("unchanged"),
  ratio(most),
];

const inBoth = SITUATIONS.flatMap(({ name, about, shape, of = (traffic) => traffic, ratio: most = 1.5 }) =>
  Object.entries(MODELS).flatMap(([model, traffic]) => {
    const own = { ...shape, traffic: of(traffic) };
    const text = `${model} traffic, ${about}`;
    return [
      simple(`model-${model}-${name}-nothing`, `${text}; nothing changed`, own, nothing(most), 100),
      simple(
        `model-${model}-${name}-10-percent`,
        `${text}; 10 % slower`,
        { ...own, effect: Math.log(1.1) },
        [found(null), byOracle("slower"), covers],
        60,
      ),
    ];
  }),
);

/** CLS has no percentage: its interval is in its own unit, and no oracle knows it. */
const coversNoChange: ModelMeasure<ModelAnswer> = {
  ...covers,
  of: ({ change: { interval } }) => interval && Number(interval.low <= 0 && interval.high >= 0),
};

const cls = Object.entries(MODELS).flatMap(([model, traffic]) => {
  const about = `${model} traffic, CLS, a third of it zero`;
  const shape = { traffic, metric: "CLS" } as const;
  return [
    simple(
      `model-${model}-cls-nothing`,
      `${about}; nothing changed`,
      shape,
      [
        called(0.05),
        { ...coversNoChange, bound: { within: [0.93, 0.99] } },
        coversGoodShare,
        unchanged(null),
      ],
      100,
    ),
    simple(
      `model-${model}-cls-30-percent`,
      `${about}; 30 % more`,
      { ...shape, effect: Math.log(1.3) },
      [found(null)],
      60,
    ),
  ];
});

const single: readonly ModelCase[] = [
  simple(
    "model-1-day",
    "harsh traffic, one day of history, four hours of the release; nothing changed",
    { traffic: HARSH, history: DAYS, age: 4 },
    nothing(1.5),
    100,
  ),
  simple(
    "model-quiet-days",
    "own traffic, days that do not differ; nothing changed",
    { traffic: { ...OWN, day: 0 } },
    nothing(1.5),
    100,
  ),
  simple(
    "model-three-a-day",
    "own traffic, three releases a day, four hours of the newest; nothing changed",
    { traffic: { ...OWN, gaps: [8] }, age: 4, perDay: 5_000 },
    nothing(1.5),
    100,
  ),
];

/** Situations besides two releases after each other with four weeks of history. */
export const OTHER_CASES: readonly ModelCase[] = [...inBoth, ...cls, ...single];
