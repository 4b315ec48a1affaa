/**
 * How a share changes (around `share`) when one unit is left out, for each of them; `below` is weighted mass.
 * @param changes the array that is returned; `below` itself will do
 */
export function withoutEach(
  weights: Float64Array,
  below: Float64Array,
  share: number,
  changes: Float64Array = new Float64Array(weights.length),
): Float64Array {
  let all = 0;
  for (const weight of weights) all += weight;
  for (let unit = 0; unit < weights.length; unit += 1) {
    const weight = weights[unit] as number;
    changes[unit] =
      weight === 0 || all === weight ? 0 : (share * weight - (below[unit] as number)) / (all - weight);
  }
  return changes;
}

/** The jackknife's variance, from the changes that leaving out each unit makes. */
export function jackknife(weights: Float64Array, changes: Float64Array): number {
  let units = 0;
  let sum = 0;
  let squares = 0;
  for (let unit = 0; unit < weights.length; unit += 1) {
    if (weights[unit] === 0) continue;
    units += 1;
    sum += changes[unit] as number;
    squares += (changes[unit] as number) ** 2;
  }
  return units < 2 ? 0 : ((units - 1) / units) * Math.max(0, squares - (sum * sum) / units);
}
