import type { TrendData } from "../presenters/trend/trend-chart";

/** Some steps of a trend, by number, both included. */
export type Steps = { first: number; last: number };

/** So many points are few: each of them gets a dot, as in the server's drawing. */
const FEW = 12;

/** The steps that get a dot: all where there are few, else those that no line reaches. */
export function dottedSteps(values: ReadonlyArray<number | null>): number[] {
  const drawn = [...values.keys()].filter((step) => values[step] !== null);
  if (drawn.length <= FEW) return drawn;
  return drawn.filter((step) => (values[step - 1] ?? null) === null && (values[step + 1] ?? null) === null);
}

/** Where steps begin and end: one time (ms) more than there are steps. `times` are their middles. */
export function stepEdges({ from, times }: Pick<TrendData, "from" | "times">): number[] {
  const edges = [from];
  let before = from;
  for (const middle of times) {
    before = 2 * middle - before;
    edges.push(before);
  }
  return edges;
}

/** The URL that shows these steps and no others, with all else as it is. */
export function zoomUrl(
  data: Pick<TrendData, "from" | "times" | "zoomHref">,
  { first, last }: Steps,
  base: string,
): string {
  const edges = stepEdges(data);
  const url = new URL(base);
  // The path is that of the page, whatever stands before it in the site.
  url.search = new URL(data.zoomHref, base).search;
  url.hash = "";
  const add = (name: string, time: number | undefined) => {
    if (time !== undefined) url.searchParams.set(name, new Date(time).toISOString());
  };
  add("from", edges[first]);
  add("to", edges[last + 1]);
  return url.href;
}

/** Where a key leads from a step, or `null` for a key that means nothing here. */
export function stepByKey(key: string, current: number, count: number): number | null {
  const page = Math.max(1, Math.round(count / 10));
  const target: Readonly<Record<string, number>> = {
    ArrowLeft: current - 1,
    ArrowDown: current - 1,
    ArrowRight: current + 1,
    ArrowUp: current + 1,
    PageDown: current - page,
    PageUp: current + page,
    Home: 0,
    End: count - 1,
  };
  const step = Object.hasOwn(target, key) ? target[key] : undefined;
  return step === undefined ? null : Math.min(count - 1, Math.max(0, step));
}

/** From where a selection began to where it is now, in order. */
export const stepsBetween = (anchor: number, current: number): Steps => ({
  first: Math.min(anchor, current),
  last: Math.max(anchor, current),
});
