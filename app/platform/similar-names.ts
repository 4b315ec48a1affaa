/** Names shorter than this have neighbours that other programs read (`HOST`, `LOG_LEVEL`). */
const SHORTEST = 10;

/** From this length on two wrong letters are a slip, too. */
const LONG = 12;

/** How many letters are inserted, left out, replaced or swapped with their neighbour between two texts. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (up: number, left: number): number => rows[i - up]?.[j - left] ?? Number.POSITIVE_INFINITY;
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(1, 0) + 1,
          (row[j - 1] as number) + 1,
          at(1, 1) + same,
          swapped ? at(2, 2) + 1 : at(1, 1) + same,
        ),
      );
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/**
 * The known name that a name is a slip of: another case, one wrong letter, or two in a long name.
 * @returns `null` for a name that is like none of them
 */
export function meantName(name: string, known: readonly string[]): string | null {
  const upper = name.toUpperCase();
  return (
    known.find((one) => {
      if (one.length < SHORTEST || Math.abs(one.length - name.length) > 2) return false;
      return distance(upper, one) <= (one.length >= LONG ? 2 : 1);
    }) ?? null
  );
}
