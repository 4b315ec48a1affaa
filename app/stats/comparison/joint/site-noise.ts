import { pointAt, type WeightedHistogram } from "../../sketch/interpolation";
import type { CellTable } from "../cell-table";
import { JUDGED, Scratch } from "../pools";
import { averagedFit } from "./averaged-fit";
import { expectedShares } from "./expected-shares";
import { GRID, type GridPoint } from "./noise-grid";
import { BLOCK_HOURS, observationsOf } from "./observations";
import { quantileCurve } from "./quantile-curve";

/** Blocks of 4 h (a week of them) from which on a site's noise is known well enough to leave out what can't be. */
const FEWEST_BLOCKS = (7 * 24) / BLOCK_HOURS;

/**
 * The noises that may be a site's, from all of its builds alike: whatever two releases are compared, the noise is the
 * same, and weighing all of the grid is most of the work. With under a week of hours they are the whole grid.
 * @param table its sides are builds from `FIRST_EARLIER` on: none of them is compared
 */
export function siteNoise(table: CellTable, cells: number, firstHour: number): readonly GridPoint[] {
  const counts = new Scratch().zeros(table.scale.edges.length, table);
  const pool: WeightedHistogram = { counts, mass: 0, from: table.first, to: table.end };
  for (let entry = 0; entry < table.length; entry += 1) {
    table.pour(entry, 1, counts);
    pool.mass += table.samples[entry] as number;
  }
  if (pool.mass === 0) return GRID;
  const threshold = pointAt(pool, JUDGED);
  const observations = observationsOf(table, {
    threshold,
    expected: expectedShares(table, threshold, cells),
    slope: quantileCurve(pool, table.scale, "log").slope,
    share: 1 - JUDGED,
    switchHour: firstHour,
    firstHour,
  });
  if (observations.length < FEWEST_BLOCKS) return GRID;
  return averagedFit(observations).points;
}
