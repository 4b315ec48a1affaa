import type { Point } from "../format/line-path";

/** A place on a chart: across in hundredths of its width, heights in px. */
export type Box = { from: number; to: number; top: number; bottom: number };

/** A line of a chart by its name. */
export type NamedLine = { name: string; points: readonly Point[] };

/** A line's name, written beside it. */
export type LineLabel = { text: string; x: number; y: number; anchor: "start" | "end" };

/** How high a line of text is. */
const TEXT_HEIGHT = 16;
/** A character and the room beside a text, in hundredths of a chart that is not narrow. */
const CHARACTER = 0.8;
const ROOM = 1;
const MOST_CHARACTERS = 18;
/** How far text keeps from its line. */
const ABOVE = 6;
const BELOW = 16;

/** Whether lines keep away from a place; between two points a line is somewhere between their heights. */
export const isFree = (box: Box, lines: ReadonlyArray<readonly Point[]>): boolean =>
  lines.every((line) =>
    line.every((point, i) => {
      const next = line[i + 1] ?? point;
      if (next.x < box.from || point.x > box.to) return true;
      return Math.max(point.y, next.y) < box.top || Math.min(point.y, next.y) > box.bottom;
    }),
  );

/** A place as a line, for what must keep away from it. */
export const outline = ({ from, to, top, bottom }: Box): Point[] => [
  { x: from, y: top },
  { x: to, y: bottom },
];

/**
 * Names beside lines: each as far to the right as there is room for it, over its line or under it, where no line and no other
 * name is; where there is no such place, over the line's end.
 * @param obstacles other lines that a name keeps away from
 */
export function lineLabels(
  lines: readonly NamedLine[],
  plot: { top: number; bottom: number },
  obstacles: ReadonlyArray<readonly Point[]> = [],
): Array<{ label: LineLabel; box: Box }> {
  const taken: Point[][] = [...lines.map(({ points }) => points), ...obstacles].map((points) => [...points]);
  const ends = lines.flatMap(({ points }) => points.at(-1)?.y ?? []);
  return lines.flatMap(({ name, points }) => {
    // Between two lines a name could be either's: the lower one has it underneath.
    const lower = ends.some((y) => y < (points.at(-1)?.y ?? 0));
    const bases = lower ? [BELOW, -ABOVE] : [-ABOVE, BELOW];
    const text =
      name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1).toWellFormed()}…` : name;
    const places = [...points].reverse().flatMap((point) => placesAt(point, bases, text.length, plot));
    const place = places.find(({ box }) => isFree(box, taken)) ?? places[0];
    if (place === undefined) return [];
    taken.push(outline(place.box));
    return [{ label: { text, ...place.at }, box: place.box }];
  });
}

/** So far over and under a point, ending there or, near the left edge, beginning there; only what lies in the plot. */
function placesAt(
  { x, y }: Point,
  bases: readonly number[],
  characters: number,
  plot: { top: number; bottom: number },
) {
  const length = characters * CHARACTER + ROOM;
  const anchor = x >= length ? ("end" as const) : ("start" as const);
  const [from, to] = anchor === "end" ? [x - length, x] : [x, x + length];
  return bases
    .map((base) => y + base)
    .filter((base) => base - TEXT_HEIGHT + 4 >= plot.top && base + 4 <= plot.bottom)
    .map((base) => ({
      at: { x, y: Math.round(base * 10) / 10, anchor },
      box: { from, to, top: base - TEXT_HEIGHT + 4, bottom: base + 4 },
    }));
}
