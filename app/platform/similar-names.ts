/** Shorter names resemble variables of other programs (`HOST`, `LOG_LEVEL`). */
const MIN_LENGTH = 10;

/** From this length on, two wrong letters are a typing error, too. */
const LONG = 12;

/**
 * Whether more than `most` letters of `a` are not in `b`: then more edits than that lie between them. Far cheaper than the
 * distance itself, which nearly no pair needs.
 */
function hasOthers(a: string, b: string, most: number): boolean {
  let left = b;
  let others = 0;
  for (const letter of a) {
    const at = left.indexOf(letter);
    if (at === -1) others += 1;
    else left = left.slice(0, at) + left.slice(at + 1);
    if (others > most) return true;
  }
  return false;
}

/** The optimal string alignment distance: insertions, deletions, substitutions and transpositions. */
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
 * The known name that differs from `name` in case, by one letter, or by two in a long name.
 * @returns `null` without one
 */
export function closestName(name: string, known: readonly string[]): string | null {
  const upper = name.toUpperCase();
  return (
    known.find((candidate) => {
      if (candidate.length < MIN_LENGTH || Math.abs(candidate.length - name.length) > 2) return false;
      const most = candidate.length >= LONG ? 2 : 1;
      return !hasOthers(upper, candidate, most) && distance(upper, candidate) <= most;
    }) ?? null
  );
}
