import { Random } from "../../../../app/cli/sample/random";
import { modelFinding } from "../../../../app/query/comparison/site-comparison.server";
import type { MetricModel } from "../../../../app/query/comparison/site-model";
import { metricModel } from "../../../../app/query/comparison/site-model.server";
import type { Finding } from "../../../../app/stats/comparison/finding";
import type { GridPoint } from "../../../../app/stats/comparison/joint/noise-grid";
import type { Metric } from "../../../../app/vitals/metrics";
import { HOURS_OF_DAY } from "../../../../app/vitals/time";
import type { Bound } from "../rates";
import { AT_ONCE, DEVICE_COUNT, type SimulatedSite, type Simulation, tableOf } from "./site";
import type { Traffic } from "./traffic";

export type ModelMeasure<Answer> = { name: string; bound: Bound; of: (answer: Answer) => number | null };

/** A case whose traffic goes straight to the model: no server, a tenth of a second a run. */
export type ModelCase<Answer = unknown> = {
  name: string;
  about: string;
  runs: number;
  answer: (random: Random) => Answer;
  measures: ReadonlyArray<ModelMeasure<Answer>>;
};

/** A case, with what its answers are no longer of interest. */
export const erased = <Answer>(one: ModelCase<Answer>): ModelCase => ({
  ...one,
  measures: one.measures.map(({ of, ...rest }) => ({ ...rest, of: (answer) => of(answer as Answer) })),
});

const HISTORY = 28 * HOURS_OF_DAY;
const AGE = 48;

export type Shape = Partial<Omit<Simulation, "traffic">> & { traffic: Traffic };

export const simulationOf = (shape: Shape): Simulation => ({
  metric: "LCP",
  perDay: 7_000,
  history: HISTORY,
  age: AGE,
  effect: 0,
  rollOut: AT_ONCE,
  ...shape,
});

/** The model of a site as it was when the current release was so many hours old. */
export function modelAt(
  site: SimulatedSite,
  metric: Metric,
  age: number,
  points?: readonly GridPoint[],
): MetricModel {
  const { firstHour, switchHour } = site;
  const table = tableOf(site, switchHour - firstHour + age);
  const input = { table, metric, cells: DEVICE_COUNT, switchHour, firstHour, baselineFrom: 0 };
  return metricModel(points === undefined ? input : { ...input, points });
}

export const CIRCUMSTANCES = {
  isTooShort: false,
  isOngoing: true,
  libraryChanged: false,
  missingHours: null,
};

export const findingOf = (metric: Metric, model: MetricModel): Finding =>
  modelFinding(metric, model, null, CIRCUMSTANCES);

/** The figures of a case's measures over so many runs; those that say nothing of one are left out. */
export function valuesOfModel(one: ModelCase, runs: number, seed: number): number[][] {
  const values: number[][] = one.measures.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    const answer = one.answer(new Random(seed, one.name).at(run));
    one.measures.forEach(({ of }, i) => {
      const value = of(answer);
      if (value !== null) values[i]?.push(value);
    });
  }
  return values;
}
