import { HOURS_OF_DAY } from "../../../vitals/time";
import type { Design } from "./design";
import type { Noise } from "./noise-grid";
import { BLOCK_HOURS, type Observations } from "./observations";

/** Least squares under one noise. */
export type LeastSquares = {
  /** Logarithm of the restricted likelihood, but for a constant. */
  logLikelihood: number;
  coefficients: Float64Array;
  /** The change from the baseline to the current release, and its variance. */
  change: number;
  variance: number;
};

/** Arrays that one fit after another works in. */
export class FilterScratch {
  readonly level: Float64Array;
  readonly block: Float64Array;
  readonly innovation: Float64Array;
  /** Sums of products of the innovations, lower triangle by rows; the last row is that of the observations. */
  readonly products: Float64Array;
  readonly factor: Float64Array;

  constructor(readonly columns: number) {
    const size = columns + 1;
    this.level = new Float64Array(size);
    this.block = new Float64Array(size);
    this.innovation = new Float64Array(size);
    this.products = new Float64Array((size * (size + 1)) / 2);
    this.factor = new Float64Array((columns * (columns + 1)) / 2);
  }
}

const dayOf = (hour: number): number => Math.floor(hour / HOURS_OF_DAY);

/** What one observation's innovation is, in the order of the observations. */
export type OnInnovation = (at: number, innovation: Float64Array, variance: number) => void;

/**
 * The Kalman filter of y = x'β + s(t) + u(block) + ε, applied to y and to each column of x alike, so that what comes out
 * is uncorrelated and least squares on it is generalised least squares on them (Harvey, "Forecasting, Structural Time
 * Series Models and the Kalman Filter", 1989, section 3.4; Ansley and Kohn 1985). s is the level of days (`Noise.memory`),
 * u is white from block to block and shared by all builds in a block, ε is sampling.
 *
 * A block's builds are filtered one after the other for s + u, and then s is smoothed back from that, so that the state
 * is a single number.
 * @returns Σ ln F; the sums of products lie in `scratch.products`
 */
export function filterAll(
  { length, blocks, values, variances, hours, middles }: Observations,
  columns: readonly Float64Array[],
  { day, hour, memory, design }: Noise,
  scratch: FilterScratch,
  onInnovation?: OnInnovation,
): number {
  const { level, block, innovation, products } = scratch;
  const size = columns.length + 1;
  level.fill(0);
  products.fill(0);
  const stationary = day * day;
  let variance = stationary;
  let logF = 0;
  for (let start = 0; start < length; ) {
    const number = blocks[start] as number;
    let end = start + 1;
    while (end < length && blocks[end] === number) end += 1;
    if (start > 0) {
      const gap = number - (blocks[start - 1] as number);
      const isSameDay = dayOf(middles[start] as number) === dayOf(middles[start - 1] as number);
      const kept = memory === null ? Number(isSameDay) : Math.exp((-gap * BLOCK_HOURS) / memory);
      for (let k = 0; k < size; k += 1) level[k] = kept * (level[k] as number);
      variance = kept * kept * variance + (1 - kept * kept) * stationary;
    }
    const own = (hour * hour) / (hours[start] as number);
    const before = variance + own;
    let inBlock = before;
    block.set(level);
    for (let at = start; at < end; at += 1) {
      const total = inBlock + design * (variances[at] as number);
      const gain = inBlock / total;
      for (let k = 0; k < size; k += 1) {
        const observed = k < size - 1 ? ((columns[k] as Float64Array)[at] as number) : (values[at] as number);
        const surprise = observed - (block[k] as number);
        innovation[k] = surprise;
        block[k] = (block[k] as number) + gain * surprise;
      }
      inBlock -= gain * inBlock;
      logF += Math.log(total);
      onInnovation?.(at, innovation, total);
      const inverse = 1 / total;
      for (let i = 0, p = 0; i < size; i += 1) {
        const scaled = inverse * (innovation[i] as number);
        for (let j = 0; j <= i; j += 1, p += 1) {
          products[p] = (products[p] as number) + scaled * (innovation[j] as number);
        }
      }
    }
    const share = variance / before;
    for (let k = 0; k < size; k += 1) {
      level[k] = (level[k] as number) + share * ((block[k] as number) - (level[k] as number));
    }
    variance -= share * share * (before - inBlock);
    start = end;
  }
  return logF;
}

/**
 * Generalised least squares with a restricted likelihood, -½[Σ ln F + ln|X'X + Λ| + RSS] (Patterson and Thompson,
 * "Recovery of inter-block information when block sizes are unequal", Biometrika 1971).
 */
export function leastSquares(
  observations: Observations,
  { columns, precisions, change }: Design,
  noise: Noise,
  scratch: FilterScratch,
): LeastSquares {
  const logF = filterAll(observations, columns, noise, scratch);
  const { products, factor } = scratch;
  const size = columns.length;
  factor.set(products.subarray(0, factor.length));
  for (let i = 0; i < size; i += 1) {
    const diagonal = (i * (i + 3)) / 2;
    factor[diagonal] = (factor[diagonal] as number) + (precisions[i] as number);
  }
  const logDeterminant = cholesky(factor, size);
  const right = products.subarray(factor.length, factor.length + size);
  const coefficients = solve(factor, size, right);
  let explained = 0;
  for (let i = 0; i < size; i += 1) explained += (right[i] as number) * (coefficients[i] as number);
  const residual = (products[factor.length + size] as number) - explained;
  const unit = new Float64Array(size);
  unit[change] = 1;
  return {
    logLikelihood: -0.5 * (logF + logDeterminant + residual),
    coefficients,
    change: coefficients[change] as number,
    variance: solve(factor, size, unit)[change] as number,
  };
}

/** Cholesky's factor of a packed lower triangle, put where it was. @returns ln of the determinant */
function cholesky(packed: Float64Array, size: number): number {
  let log = 0;
  for (let i = 0; i < size; i += 1) {
    const row = (i * (i + 1)) / 2;
    for (let j = 0; j <= i; j += 1) {
      const other = (j * (j + 1)) / 2;
      let sum = packed[row + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (packed[row + k] as number) * (packed[other + k] as number);
      if (i > j) packed[row + j] = sum / (packed[other + j] as number);
      else {
        // Columns that say the same have no variance left but what rounding makes of it.
        const pivot = Math.sqrt(Math.max(sum, Number.MIN_VALUE));
        packed[row + j] = pivot;
        log += 2 * Math.log(pivot);
      }
    }
  }
  return log;
}

function solve(factor: Float64Array, size: number, right: ArrayLike<number>): Float64Array {
  const x = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    const row = (i * (i + 1)) / 2;
    let sum = right[i] as number;
    for (let k = 0; k < i; k += 1) sum -= (factor[row + k] as number) * (x[k] as number);
    x[i] = sum / (factor[row + i] as number);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k += 1) sum -= (factor[(k * (k + 1)) / 2 + i] as number) * (x[k] as number);
    x[i] = sum / (factor[(i * (i + 1)) / 2 + i] as number);
  }
  return x;
}
