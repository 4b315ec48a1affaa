import { HOURS_OF_DAY } from "../../../vitals/time";
import { BASELINE, CURRENT } from "../pools";
import { type Observations, weekdayOf } from "./observations";

/**
 * The regressors of the model, column by column, and how sure their coefficients are known beforehand. The baseline is
 * what the first column's coefficient means, so that the change is the coefficient of one column.
 */
export type Design = {
  columns: Float64Array[];
  /** Inverse variance of each coefficient's prior. */
  precisions: number[];
  /** The column whose coefficient is the change from the baseline to the current release. */
  change: number;
};

/** Nothing is known of a coefficient beforehand: standard deviation 10⁴. */
const FLAT = 1e-8;

/** The season's waves and the weekend are of this size: standard deviation 3 %. */
const SEASON = 1 / 0.03 ** 2;

/** Columns: 1, [current], [neither release], the daily cycle with its first overtone, Saturday, Sunday, and steps. */
export function designOf(observations: Observations, steps: readonly Float64Array[] = []): Design {
  const design: Design = { columns: [], precisions: [], change: 1 };
  const add = (precision: number, of: (at: number) => number): void => {
    const column = Float64Array.from({ length: observations.length }, (_, at) => of(at));
    // Without a build of its own kind, or with no other kind, a column says nothing.
    const isConstant = column.every((value) => value === column[0]);
    if (design.columns.length > 1 && isConstant) return;
    design.columns.push(column);
    design.precisions.push(precision);
  };
  const { builds, middles } = observations;
  const wave = (at: number, periods: number): number =>
    (2 * Math.PI * periods * (middles[at] as number)) / HOURS_OF_DAY;
  const isDay = (at: number, weekday: number): number => Number(weekdayOf(middles[at] as number) === weekday);
  add(FLAT, () => 1);
  add(FLAT, (at) => Number(builds[at] === CURRENT));
  add(FLAT, (at) => Number(builds[at] !== CURRENT && builds[at] !== BASELINE));
  add(SEASON, (at) => Math.cos(wave(at, 1)));
  add(SEASON, (at) => Math.sin(wave(at, 1)));
  add(SEASON, (at) => Math.cos(wave(at, 2)));
  add(SEASON, (at) => Math.sin(wave(at, 2)));
  add(SEASON, (at) => isDay(at, 6));
  add(SEASON, (at) => isDay(at, 0));
  for (const step of steps) add(FLAT, (at) => step[at] as number);
  return design;
}
