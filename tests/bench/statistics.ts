/**
 * The `share`-quantile of values by nearest rank.
 * @throws RangeError without values
 */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("Nothing was measured.");
  return value;
}

/** The median; the mean of the two middle values for an even number. @throws RangeError without values */
export function median(values: readonly number[]): number {
  return (quantileOf(values, 0.5) + quantileOf(values, 0.5 + 0.5 / values.length)) / 2;
}
