import type { Random } from "../../../../app/cli/sample/random";
import { looksAt } from "../../../../app/query/comparison/looks";
import { siteChanges } from "../../../../app/query/comparison/site-comparison.server";
import type { Change } from "../../../../app/stats/comparison/change";
import { byMetric } from "../../../../app/vitals/metrics";
import { HOUR } from "../../../../app/vitals/time";
import {
  erased,
  findingOf,
  type ModelCase,
  type ModelMeasure,
  modelAt,
  type Shape,
  simulationOf,
} from "./model-case";
import { simulate } from "./site";
import { HARSH, OWN } from "./traffic";

const isCalled = ({ verdict }: Change): boolean => verdict === "regression" || verdict === "improvement";

/** What somebody sees who looks every hour for two days. */
type Watched = { calledBy: (age: number) => boolean; regressionAt: (age: number) => boolean };

/** Every hour's verdict, by the rule for live releases. The noise is that of the site before the switch. */
export function watch(shape: Shape, random: Random): Watched {
  const simulation = simulationOf(shape);
  const { metric, age } = simulation;
  const site = simulate(simulation, random);
  const { points } = modelAt(site, metric, age).joint?.fit ?? {};
  const verdicts: Change[] = [];
  const findings = Array.from({ length: age }, (_, i) =>
    findingOf(metric, modelAt(site, metric, i + 1, points)),
  );
  for (let hour = 1; hour <= age; hour += 1) {
    const looks = looksAt({ deployedAt: 0, replacedAt: null }, hour * HOUR);
    const now = findings[hour - 1];
    const atLook = looks.last === null ? now : findings[Math.round(looks.last.at / HOUR) - 1];
    if (now === undefined || atLook === undefined) throw new RangeError(`Hour ${hour} was not watched.`);
    verdicts.push(siteChanges(looks, { now: byMetric(() => now), atLook: byMetric(() => atLook) })[metric]);
  }
  return {
    calledBy: (until) => verdicts.slice(0, until).some(isCalled),
    regressionAt: (at) => verdicts[at - 1]?.verdict === "regression",
  };
}

/** When a release is replaced that has three declared looks. */
const REPLACED_AT = 72;

/** Whether any of the three declared looks at a release calls a change. */
export function isCalledByThreeLooks(shape: Shape, random: Random): boolean {
  const simulation = simulationOf({ ...shape, age: REPLACED_AT });
  const { metric } = simulation;
  const site = simulate(simulation, random);
  const { points } = modelAt(site, metric, REPLACED_AT).joint?.fit ?? {};
  return [24, 48, REPLACED_AT].some((age) => {
    const looks = looksAt({ deployedAt: 0, replacedAt: REPLACED_AT * HOUR }, age * HOUR);
    const now = byMetric(() => findingOf(metric, modelAt(site, metric, age, points)));
    return isCalled(siteChanges(looks, { now, atLook: now })[metric]);
  });
}

const threeLooks = (name: string, about: string, shape: Shape): ModelCase =>
  erased({
    name,
    about,
    runs: 150,
    measures: [{ name: "called at one of three looks", bound: { atMost: 0.075 }, of: Number }],
    answer: (random) => isCalledByThreeLooks(shape, random),
  });

const watched = (name: string, about: string, shape: Shape, measures: ReadonlyArray<ModelMeasure<Watched>>) =>
  erased({ name, about, runs: 100, measures, answer: (random) => watch(shape, random) });

const falseBy = (age: number): ModelMeasure<Watched> => ({
  name: `called by ${age} h`,
  bound: { atMost: 0.05 },
  of: ({ calledBy }) => Number(calledBy(age)),
});

export const WATCHED_CASES: readonly ModelCase[] = [
  threeLooks("three-looks-own", "own traffic, looks after 24, 48 and 72 hours; nothing changed", {
    traffic: OWN,
  }),
  threeLooks("three-looks-harsh", "harsh traffic, the same; nothing changed", { traffic: HARSH }),
  watched("looks-own", "own traffic, somebody looks every hour; nothing changed", { traffic: OWN }, [
    falseBy(23),
    falseBy(48),
  ]),
  watched("looks-harsh", "harsh traffic, somebody looks every hour; nothing changed", { traffic: HARSH }, [
    falseBy(23),
    falseBy(48),
  ]),
  watched("looks-10-percent", "own traffic, 10 % slower", { traffic: OWN, effect: Math.log(1.1) }, [
    { name: "found by 48 h", bound: { atLeast: 0.75 }, of: ({ regressionAt }) => Number(regressionAt(48)) },
  ]),
];
