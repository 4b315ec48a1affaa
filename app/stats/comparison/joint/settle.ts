import { CURRENT } from "../pools";
import type { AveragedFit } from "./averaged-fit";
import { designOf } from "./design";
import type { Noise } from "./noise-grid";
import { BLOCK_HOURS, emptyObservations, type Observations } from "./observations";
import { FilterScratch, leastSquares } from "./restricted-likelihood";

/** How much longer a release must live until its change is known well enough, and the samples that it gets by then. */
export type MoreTime = { hours: number; samples: number };

/** Nobody waits longer for a verdict. */
const MOST_BLOCKS = (7 * 24) / BLOCK_HOURS;

/** The traffic to come is that of so many blocks before: a day. */
const RECENT_BLOCKS = 24 / BLOCK_HOURS;

/** Gives the time that brings the variance down to a target; `null` where a week does not. */
export type TimeToVariance = (target: number) => MoreTime | null;

/**
 * How many more hours of the current release bring the variance down to a target, if its traffic goes on as on its last
 * day: the variance of least squares depends on the hours and not on what will be measured in them. Where a week does not
 * do it, only hours in which both releases are live would. What is found of a number of hours is remembered.
 */
export function timeToVariance(fit: AveragedFit): TimeToVariance {
  const { observations, steps, noise, variance } = fit;
  const recent = recentOf(observations);
  const known = new Map<number, number>();
  const varianceAfter = (blocks: number): number => {
    const found = known.get(blocks) ?? varianceOf(observations, steps, noise, recent, blocks);
    known.set(blocks, found);
    return found;
  };
  return (target) => {
    if (recent.samples === 0 || target <= 0) return null;
    const wanted = (target / variance) * varianceAfter(0);
    if (varianceAfter(MOST_BLOCKS) > wanted) return null;
    let few = 0;
    let enough = MOST_BLOCKS;
    while (enough - few > 1) {
      const middle = (few + enough) >> 1;
      if (varianceAfter(middle) > wanted) few = middle;
      else enough = middle;
    }
    return { hours: enough * BLOCK_HOURS, samples: Math.ceil(enough * recent.samples) };
  };
}

function varianceOf(
  observations: Observations,
  steps: readonly Float64Array[],
  noise: Noise,
  recent: Recent,
  blocks: number,
): number {
  const later = extended(observations, recent, blocks);
  const padded = steps.map((step) => {
    const longer = new Float64Array(later.length);
    longer.set(step);
    return longer;
  });
  const design = designOf(later, padded);
  return leastSquares(later, design, noise, new FilterScratch(design.columns.length)).variance;
}

type Recent = { samples: number; variance: number };

/** What an average block of the current release's last day has. */
function recentOf({ length, builds, samples, variances }: Observations): Recent {
  const own: number[] = [];
  for (let at = length - 1; at >= 0 && own.length < RECENT_BLOCKS; at -= 1) {
    if (builds[at] === CURRENT) own.push(at);
  }
  const mean = (of: (at: number) => number): number =>
    own.reduce((sum, at) => sum + of(at), 0) / Math.max(1, own.length);
  return { samples: mean((at) => samples[at] as number), variance: mean((at) => variances[at] as number) };
}

function extended(observations: Observations, recent: Recent, blocks: number): Observations {
  const { length } = observations;
  const later = emptyObservations(length + blocks);
  for (const column of ["blocks", "builds", "values", "variances", "samples", "hours", "middles"] as const) {
    later[column].set(observations[column]);
  }
  const last = observations.blocks[length - 1] ?? 0;
  const middle = observations.middles[length - 1] ?? 0;
  for (let i = 1; i <= blocks; i += 1) {
    const at = length + i - 1;
    later.blocks[at] = last + i;
    later.builds[at] = CURRENT;
    later.variances[at] = recent.variance;
    later.samples[at] = recent.samples;
    later.hours[at] = BLOCK_HOURS;
    later.middles[at] = middle + i * BLOCK_HOURS;
  }
  return later;
}
