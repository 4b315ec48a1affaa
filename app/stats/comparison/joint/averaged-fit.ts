import { designOf } from "./design";
import { GRID, type GridPoint, type Noise, PILOT } from "./noise-grid";
import type { Observations } from "./observations";
import { FilterScratch, type LeastSquares, leastSquares } from "./restricted-likelihood";
import { earlierSteps, withoutOutliers } from "./steps";

/** The change of one metric under all noises that may be. */
export type AveragedFit = {
  /** The change, on the scale of `Observations.values`, and its variance (widened). */
  change: number;
  variance: number;
  /** Noises that explain the hours at all, the most likely first, and their mean. */
  points: GridPoint[];
  noise: Noise;
  observations: Observations;
  steps: readonly Float64Array[];
};

/**
 * What a coarse grid, removed steps and a kernel that is not quite right hide (compare Kackar and Harville, JASA 1984;
 * Kenward and Roger, Biometrics 1997). Chosen by simulation: with 1.08 one in twenty verdicts was false.
 */
export const WIDENING = 1.15;

/** A noise that weighs less than this is left out when the same site is fitted again. */
const LEAST_WEIGHT = 1e-3;

type Weighed = { point: GridPoint; fit: LeastSquares; weight: number };

function weigh(points: readonly GridPoint[], fitOf: (point: GridPoint) => LeastSquares): Weighed[] {
  const fits = points.map((point) => ({ point, fit: fitOf(point), weight: 0 }));
  const logs = fits.map(({ point, fit }) => point.logPrior + fit.logLikelihood);
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const all = weights.reduce((a, b) => a + b, 0);
  return fits.map((entry, i) => ({ ...entry, weight: (weights[i] as number) / all }));
}

function meanNoise(weighed: readonly Weighed[]): Noise {
  const mean = (of: (noise: Noise) => number): number =>
    weighed.reduce((sum, { point, weight }) => sum + weight * of(point), 0);
  return {
    day: Math.sqrt(mean(({ day }) => day * day)),
    hour: Math.sqrt(mean(({ hour }) => hour * hour)),
    memory: likeliestMemory(weighed),
    design: mean(({ design }) => design),
  };
}

function likeliestMemory(weighed: readonly Weighed[]): number | null {
  const weights = new Map<number | null, number>();
  for (const { point, weight } of weighed) {
    weights.set(point.memory, (weights.get(point.memory) ?? 0) + weight);
  }
  const most = Math.max(...weights.values());
  return [...weights].find(([, weight]) => weight === most)?.[0] ?? null;
}

/**
 * The change from the baseline to the current release, with the steps of earlier releases and blocks that nobody
 * expected taken out first, and averaged over noises by how well each explains the hours.
 * @param points noises to weigh; those that explained the same site before do as well as all
 */
export function averagedFit(observed: Observations, points: readonly GridPoint[] = GRID): AveragedFit {
  const plain = designOf(observed);
  const pilotScratch = new FilterScratch(plain.columns.length);
  const pilot = meanNoise(weigh(PILOT, (point) => leastSquares(observed, plain, point, pilotScratch)));
  const steps = earlierSteps(observed, pilot);
  return averagedOver(withoutOutliers(observed, designOf(observed, steps), pilot), steps, points);
}

/**
 * The average over noises: m = Σ w m_i, V = Σ w (v_i + (m_i - m)²), with the weights w of their restricted likelihoods
 * and priors. A site with a week of history leans on the priors instead of refusing.
 */
export function averagedOver(
  observations: Observations,
  steps: readonly Float64Array[],
  points: readonly GridPoint[],
): AveragedFit {
  const design = designOf(observations, steps);
  const scratch = new FilterScratch(design.columns.length);
  const weighed = weigh(points, (point) => leastSquares(observations, design, point, scratch));
  let change = 0;
  for (const { fit, weight } of weighed) change += weight * fit.change;
  let variance = 0;
  for (const { fit, weight } of weighed) variance += weight * (fit.variance + (fit.change - change) ** 2);
  return {
    change,
    variance: WIDENING ** 2 * variance,
    points: weighed
      .filter(({ weight }) => weight > LEAST_WEIGHT)
      .sort((a, b) => b.weight - a.weight)
      .map(({ point }) => point),
    noise: meanNoise(weighed),
    observations,
    steps,
  };
}
