import { Random } from "../../../app/cli/sample/random";
import { MILLISECONDS, SCORE, type Scale } from "../../../app/stats/sketch/scale";
import { addValue, createSketch, type Sketch } from "../../../app/stats/sketch/sketch";
import { METRICS, THRESHOLDS, unitOf } from "../../../app/vitals/metrics";

/** Where a scale's promise begins and ends, a usual value, and the step to which it is often rounded. */
export type Domain = { scale: Scale; min: number; max: number; usual: number; step: number };

export const DOMAINS: readonly Domain[] = [
  { scale: MILLISECONDS, min: 1, max: 600_000, usual: 1_900, step: 1 },
  { scale: SCORE, min: 0.0001, max: 100, usual: 0.08, step: 0.01 },
];

/** The next larger (or, with -1, smaller) double. */
export function neighbour(value: number, direction: 1 | -1): number {
  const floats = new Float64Array([value]);
  const bits = new BigInt64Array(floats.buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(direction);
  return floats[0] ?? Number.NaN;
}

export const thresholdsOn = (scale: Scale): number[] =>
  METRICS.filter((metric) => unitOf(metric) === scale.unit).flatMap((metric) => [
    THRESHOLDS[metric].good,
    THRESHOLDS[metric].needsImprovement,
  ]);

type Shape = (random: Random, domain: Domain) => number;

const usualValue: Shape = (random, { usual }) => random.logNormal(usual, 0.6);

/** Ways in which values can lie; what leaves the domain is put on its edge. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  "log-normal": usualValue,
  exponential: (random, { usual }) => random.exponential(usual),
  uniform: (random, { min, max }) => min + (max - min) * random.uniform(),
  "log-uniform": (random, { min, max }) => min * (max / min) ** random.uniform(),
  bimodal: (random, { usual }) => random.logNormal(random.chance(0.74) ? usual / 20 : usual * 4, 0.2),
  constant: (_, { usual }) => usual,
  "heavy tail": (random, { usual }) => (usual / 4) * (1 - random.uniform()) ** (-1 / 0.7),
  "many zeros": (random, domain) => (random.chance(0.7) ? 0 : usualValue(random, domain)),
  "whole steps": (random, domain) => Math.round(usualValue(random, domain) / domain.step) * domain.step,
  "two digits": (random, domain) => Number(usualValue(random, domain).toPrecision(2)),
  "on thresholds": (random, { scale }) => {
    const thresholds = thresholdsOn(scale);
    const threshold = thresholds[Math.floor(random.uniform() * thresholds.length)] ?? 0;
    const where = random.uniform();
    return where < 0.4 ? threshold : neighbour(threshold, where < 0.7 ? 1 : -1);
  },
  "on edges": (random, { scale }) => scale.edges[Math.floor(random.uniform() * scale.edges.length)] ?? 0,
};

export const SHAPE_NAMES = Object.keys(SHAPES);

/** The same values for the same arguments. */
export function drawValues(shape: string, domain: Domain, size: number, seed: number): number[] {
  const random = new Random(seed, shape);
  const draw = SHAPES[shape];
  if (draw === undefined) throw new Error(`There is no shape ${shape}.`);
  return Array.from({ length: size }, () => {
    const value = draw(random, domain);
    return value === 0 ? 0 : Math.min(domain.max, Math.max(domain.min, value));
  });
}

export function sketchOf(scale: Scale, values: readonly number[]): Sketch {
  const sketch = createSketch(scale);
  for (const value of values) addValue(sketch, value);
  return sketch;
}

/** The exact q-quantile by nearest rank, of values in ascending order. */
export function exactQuantile(sorted: readonly number[], q: number): number {
  // 0.07 · 100 is a little more than 7 in doubles.
  const rank = Math.ceil(Number((q * sorted.length).toPrecision(12)));
  return sorted[Math.max(1, rank) - 1] ?? Number.NaN;
}
