/** Characters of the largest number of samples in the figures of a table; its `samples-N` class has it. */
export const samplesLength = (rows: ReadonlyArray<{ figures: ReadonlyArray<{ n: string }> }>): number =>
  Math.max(1, ...rows.flatMap(({ figures }) => figures.map(({ n }) => n.length)));
