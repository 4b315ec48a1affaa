import { Random } from "../../../../../app/cli/sample/random";
import { emptyObservations, type Observations } from "../../../../../app/stats/comparison/joint/observations";

/** One observation; what is absent is 4 h of a day without anything. */
export type Row = { block: number; build: number; value?: number; variance?: number; hours?: number };

/** A Monday's midnight (UTC), in hours since the epoch. */
export const MONDAY = 24 * 4 + 24 * 7 * 2_900;

/** Observations of blocks that begin at a Monday's midnight. */
export function observed(rows: readonly Row[]): Observations {
  const observations = emptyObservations(rows.length);
  rows.forEach(({ block, build, value = 0, variance = 0.001, hours = 4 }, at) => {
    observations.blocks[at] = block;
    observations.builds[at] = build;
    observations.values[at] = value;
    observations.variances[at] = variance;
    observations.samples[at] = 100;
    observations.hours[at] = hours;
    observations.middles[at] = MONDAY + 4 * block + 2;
  });
  return observations;
}

/** Blocks one after the other, of one build each. */
export const inTurn = (builds: readonly number[], valueAt: (block: number) => number = () => 0): Row[] =>
  builds.map((build, block) => ({ block, build, value: valueAt(block) }));

/** So many blocks of a build. */
export const blocksOf = (build: number, count: number): number[] =>
  Array.from({ length: count }, () => build);

/** Independent normal numbers with this standard deviation. */
export function noise(name: string, spread: number): () => number {
  const random = new Random(1, name);
  return () => spread * random.normal();
}
