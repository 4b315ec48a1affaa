import { BASELINE, CURRENT } from "../pools";
import { type Design, designOf } from "./design";
import type { Noise } from "./noise-grid";
import type { Observations } from "./observations";
import { FilterScratch, filterAll, leastSquares } from "./restricted-likelihood";

/** A change of an earlier release stands out from this |t| on; the more of them the fewer degrees are left for noise. */
const STANDS_OUT = 3.5;
const MOST_STEPS = 4;

/** No more builds than this are looked at, the newest of them. */
const MOST_CANDIDATES = 24;

/** A build that had fewer blocks has no level of its own. */
const FEWEST_BLOCKS = 3;

/** What is left of a candidate beside the columns before it, as a part of itself, under which it says nothing new. */
const COLLINEAR = 1e-6;

/**
 * Steps that earlier releases made: without them, what they changed would pass for days that differ. Each build older
 * than the baseline is a candidate twice: as a level that came with it and stayed, and as one that went with it.
 * Forward selection (Efroymson 1960) by |t| > 3.5 under the noise of a pilot, at most four.
 * @returns the columns of the steps that stand out
 */
export function earlierSteps(observations: Observations, noise: Noise): Float64Array[] {
  const candidates = candidatesOf(observations);
  if (candidates.length === 0) return [];
  const base = designOf(observations);
  const columns = [...base.columns, ...candidates];
  const scratch = new FilterScratch(columns.length);
  filterAll(observations, columns, noise, scratch);
  const table = squareOf(scratch.products, columns.length + 1);
  base.precisions.forEach((precision, i) => {
    const row = table[i] as Float64Array;
    row[i] = (row[i] as number) + precision;
  });
  const own = columns.map((_, i) => (table[i] as Float64Array)[i] as number);
  for (let i = 0; i < base.columns.length; i += 1) sweep(table, i);
  const chosen: Float64Array[] = [];
  const last = columns.length;
  while (chosen.length < MOST_STEPS) {
    let best = -1;
    let farthest = STANDS_OUT;
    for (let i = base.columns.length; i < last; i += 1) {
      const row = table[i] as Float64Array;
      const left = row[i] as number;
      if (left <= COLLINEAR * (own[i] as number)) continue;
      const t = Math.abs(row[last] as number) / Math.sqrt(left);
      if (t > farthest) [best, farthest] = [i, t];
    }
    if (best === -1) break;
    sweep(table, best);
    chosen.push(columns[best] as Float64Array);
  }
  return chosen;
}

function candidatesOf({ length, blocks, builds }: Observations): Float64Array[] {
  const spans = new Map<number, { first: number; blocks: number }>();
  for (let at = 0; at < length; at += 1) {
    const build = builds[at] as number;
    const known = spans.get(build) ?? { first: blocks[at] as number, blocks: 0 };
    spans.set(build, { ...known, blocks: known.blocks + 1 });
  }
  const baseline = spans.get(BASELINE)?.first ?? Number.POSITIVE_INFINITY;
  const older = [...spans]
    .filter(([build, { first, blocks: n }]) => build !== CURRENT && first < baseline && n >= FEWEST_BLOCKS)
    .sort(([, a], [, b]) => b.first - a.first)
    .slice(0, MOST_CANDIDATES);
  const firstOf = (at: number): number => spans.get(builds[at] as number)?.first ?? 0;
  return older.flatMap(([build, { first }]) => [
    Float64Array.from({ length }, (_, at) => Number(firstOf(at) < first)),
    Float64Array.from({ length }, (_, at) => Number(builds[at] === build)),
  ]);
}

function squareOf(packed: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) => {
      const [high, low] = i > j ? [i, j] : [j, i];
      return packed[(high * (high + 1)) / 2 + low] as number;
    }),
  );
}

/** Takes one column out of all others (Goodnight, "A tutorial on the SWEEP operator", American Statistician 1979). */
function sweep(table: readonly Float64Array[], pivot: number): void {
  const row = table[pivot] as Float64Array;
  const diagonal = row[pivot] as number;
  if (diagonal <= 0) return;
  table.forEach((other, i) => {
    if (i === pivot) return;
    const factor = (other[pivot] as number) / diagonal;
    if (factor === 0) return;
    for (let j = 0; j < other.length; j += 1) {
      if (j !== pivot) other[j] = (other[j] as number) - factor * (row[j] as number);
    }
    other[pivot] = factor;
  });
  for (let j = 0; j < row.length; j += 1) if (j !== pivot) row[j] = (row[j] as number) / diagonal;
  row[pivot] = -1 / diagonal;
}

/** The same observations with those ignored that are ignored in others of the same blocks. */
export const ignoringLike = (observations: Observations, others: Observations): Observations => ({
  ...observations,
  variances: observations.variances.map((variance, at) =>
    (others.variances[at] as number) >= IGNORED ? variance + IGNORED : variance,
  ),
});

/** A block farther off than this many robust standard deviations is ignored … */
const OUTLIER = 4;

/** … by this much more variance. */
const IGNORED = 1;

/** The median absolute deviation of a normal distribution, times this, is its standard deviation. */
const MAD_TO_SD = 1.4826;

/**
 * Ignores blocks before the baseline whose residual is farther off than four robust standard deviations (an outage, a
 * crawler): they say nothing of ordinary days. The compared releases' own blocks all count.
 * @returns observations with larger variances there
 */
export function withoutOutliers(observations: Observations, design: Design, noise: Noise): Observations {
  const { length, blocks, builds, variances } = observations;
  const scratch = new FilterScratch(design.columns.length);
  const { coefficients } = leastSquares(observations, design, noise, scratch);
  const residuals = new Float64Array(length);
  filterAll(observations, design.columns, noise, scratch, (at, innovation, variance) => {
    let rest = innovation[coefficients.length] as number;
    for (let k = 0; k < coefficients.length; k += 1) {
      rest -= (innovation[k] as number) * (coefficients[k] as number);
    }
    residuals[at] = Math.abs(rest) / Math.sqrt(variance);
  });
  const sorted = Float64Array.from(residuals).sort();
  const robust = MAD_TO_SD * (sorted[Math.floor(length / 2)] ?? 0);
  const first = blocks.find((_, at) => builds[at] === BASELINE) ?? 0;
  return {
    ...observations,
    variances: variances.map((variance, at) => {
      const isOlder = (blocks[at] as number) < first && builds[at] !== CURRENT;
      return isOlder && (residuals[at] as number) > OUTLIER * robust ? variance + IGNORED : variance;
    }),
  };
}
