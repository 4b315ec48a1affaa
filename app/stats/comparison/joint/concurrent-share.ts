import { BASELINE, CURRENT } from "../pools";
import { type AveragedFit, WIDENING } from "./averaged-fit";

/**
 * How much of the information about a change (1 / V) comes from blocks in which both releases were live, 0 to 1: within
 * a block the level of the day and the hour cancel, and the difference has the variance of two samples alone.
 */
export function concurrentShare({ observations, noise, variance }: AveragedFit): number {
  const { length, blocks, builds, variances } = observations;
  const byBlock = new Map<number, { current: number | null; baseline: number | null }>();
  for (let at = 0; at < length; at += 1) {
    const block = byBlock.get(blocks[at] as number) ?? { current: null, baseline: null };
    byBlock.set(blocks[at] as number, block);
    if (builds[at] === CURRENT) block.current = variances[at] as number;
    if (builds[at] === BASELINE) block.baseline = variances[at] as number;
  }
  let information = 0;
  for (const { current, baseline } of byBlock.values()) {
    if (current !== null && baseline !== null) information += 1 / (noise.design * (current + baseline));
  }
  return Math.min(1, (information * variance) / WIDENING ** 2);
}
