import {
  byOracle,
  called,
  covers,
  coversGoodShare,
  found,
  ratio,
  simple,
  squaredError,
  unchanged,
} from "./answer";
import type { ModelCase } from "./model-case";
import { OTHER_CASES } from "./other-cases";
import { PAGE_CASES } from "./page-cases";
import { HARSH, OWN } from "./traffic";
import { WATCHED_CASES } from "./watched-cases";

const MODELS = { own: OWN, harsh: HARSH } as const;
type ModelName = keyof typeof MODELS;

type Target = { unchanged: number | null; found: number };

/** Least shares of "unchanged" where nothing changed, and of +10 % found. */
const TARGETS: Readonly<Record<ModelName, Readonly<Record<number, Target>>>> = {
  own: {
    2000: { unchanged: 0.28, found: 0.6 },
    7000: { unchanged: 0.78, found: 0.85 },
    20000: { unchanged: 0.95, found: 0.93 },
  },
  harsh: {
    2000: { unchanged: null, found: 0.35 },
    7000: { unchanged: 0.45, found: 0.65 },
    20000: { unchanged: 0.78, found: 0.84 },
  },
};

const grid = (Object.keys(MODELS) as ModelName[]).flatMap((model) =>
  [2_000, 7_000, 20_000].flatMap((perDay) => {
    const target = TARGETS[model][perDay] as Target;
    const shape = { traffic: MODELS[model], perDay };
    const about = `${model} traffic, ${perDay} page views a day, both releases live for two days`;
    return [
      simple(`model-${model}-${perDay}-nothing`, `${about}; nothing changed`, shape, [
        called(0.05),
        covers,
        coversGoodShare,
        squaredError,
        unchanged(target.unchanged),
        byOracle("unchanged"),
        ratio(1.35),
      ]),
      simple(
        `model-${model}-${perDay}-10-percent`,
        `${about}; 10 % slower`,
        { ...shape, effect: Math.log(1.1) },
        [found(target.found), byOracle("slower"), covers],
      ),
    ];
  }),
);

export const MODEL_CASES: readonly ModelCase[] = [...grid, ...OTHER_CASES, ...PAGE_CASES, ...WATCHED_CASES];
