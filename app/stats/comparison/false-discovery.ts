/**
 * Which of many tests are significant when at most the share `rate` of those called so may be false ones, on
 * average: the largest k whose k-th smallest p-value is at most k / m · rate, and all up to it. Benjamini and
 * Hochberg, "Controlling the false discovery rate", JRSS B 1995.
 * @param pValues of all tests of the family, in any order
 * @returns the largest p-value that is still significant; 0 where none is (no test has it)
 */
export function discoveryThreshold(pValues: readonly number[], rate: number): number {
  const ascending = [...pValues].sort((a, b) => a - b);
  for (let k = ascending.length; k > 0; k -= 1) {
    const p = ascending[k - 1] as number;
    if (p <= (k / ascending.length) * rate) return p;
  }
  return 0;
}

/** Up to which p-value one more test, besides those that are significant, would be so too. */
export function nextDiscovery(pValues: readonly number[], rate: number): number {
  const threshold = discoveryThreshold(pValues, rate);
  const found = pValues.filter((p) => p <= threshold).length;
  return (Math.min(found + 1, pValues.length) / pValues.length) * rate;
}
