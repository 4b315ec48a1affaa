/** One step of a trend to draw: where it is (0 to 1 of the width) and its value; `null` is a gap. */
export type LinePoint = { at: number; value: number | null };

/** A line for SVG: the `d` of a path, and the points that have no neighbour to be joined with. */
export type LineShape = { path: string; dots: Point[] };

export type Point = { x: number; y: number };

/** So many points are few: each of them gets a dot. */
const FEW = 12;

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * The line through points, with gaps where there is no value.
 * @param size of the drawing in its own units; `max` is the value at its upper edge
 */
export function lineShape(
  points: readonly LinePoint[],
  size: { width: number; height: number; max: number },
): LineShape & { points: Point[] } {
  const place = ({ at, value }: { at: number; value: number }) => ({
    x: round(at * size.width),
    y: round(size.height - (value / size.max) * size.height),
  });
  const runs: Point[][] = [];
  let open = false;
  for (const { at, value } of points) {
    if (value === null) {
      open = false;
      continue;
    }
    const placed = place({ at, value });
    if (open) runs.at(-1)?.push(placed);
    else runs.push([placed]);
    open = true;
  }
  const all = runs.flat();
  return {
    points: all,
    path: runs
      .filter((run) => run.length > 1)
      .map((run) => `M${run.map(({ x, y }) => `${x} ${y}`).join("L")}`)
      .join(""),
    dots: all.length <= FEW ? all : runs.filter((run) => run.length === 1).flat(),
  };
}
