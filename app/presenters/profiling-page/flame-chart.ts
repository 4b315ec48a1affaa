import type { CallTree, TreeNode } from "../../profiling/call-tree";
import type { ProfilingQuery } from "../../query/profiling-query";
import { formatCount } from "../format/format";
import { amountText, amountWithShare, locationText, matches, shareText } from "./amounts";
import type { Block } from "./flame-block";
import { profilingHref } from "./links";
import { pathBlocks } from "./path-blocks";
import { timeBlocks } from "./time-blocks";

/** One function of the chart; `x` and `width` are percentages of the chart's width, `row` counts from the top. */
export type FlameFrame = {
  key: string;
  row: number;
  x: number;
  width: number;
  /** `null` where the frame is too narrow for a word. */
  text: string | null;
  title: string;
  href: string;
  look: "app" | "package" | "node" | "engine" | "match";
};

export type FlameChartModel = {
  title: string;
  /** What the width is: `all of 1.20 s`. */
  summary: string;
  frames: FlameFrame[];
  rows: number;
  /** What is left out; `null` where nothing is. */
  omitted: string | null;
  /** Back to all of it; `null` where nothing is chosen. */
  allHref: string | null;
  orders: Array<{ text: string; href: string; current: boolean }>;
};

/** Frames that a chart has at most. Each is three to five elements. */
export const MAX_FRAMES = 110;
/** Narrower frames have no text, in percent of the width. */
const MIN_TEXT_WIDTH = 4;

/** The widest frames; of equal ones the callers, which stand before. */
const widest = (blocks: readonly Block[]): Block[] =>
  [...blocks].sort((a, b) => b.end - b.start - (a.end - a.start) || a.row - b.row).slice(0, MAX_FRAMES);

const round = (percent: number): number => Math.round(percent * 100) / 100;

function flameFrames(
  blocks: readonly Block[],
  { tree, query, from, to }: { tree: CallTree; query: ProfilingQuery; from: number; to: number },
): FlameFrame[] {
  const width = Math.max(to - from, Number.MIN_VALUE);
  return blocks.map(({ node, row, start, end }) => {
    const percent = ((end - start) / width) * 100;
    const isTime = query.order === "time";
    const extent = isTime
      ? `${amountText({ value: end - start, samples: 0 }, tree)} from ${amountText({ value: start, samples: 0 }, tree)} on`
      : `${amountWithShare(node.total, tree)}; itself ${amountWithShare(node.self, tree)}`;
    const place = locationText(node.frame);
    return {
      key: `${row}-${start}`,
      row,
      x: round(((start - from) / width) * 100),
      width: round(percent),
      text: percent < MIN_TEXT_WIDTH ? null : node.frame.name,
      title: `${node.frame.name}${place === "" ? "" : ` (${place})`}: ${extent}`,
      href: profilingHref(
        query,
        isTime
          ? { from: Math.floor(start), to: Math.ceil(end) }
          : { frame: node.parent === null ? null : node.id },
      ),
      look: matches(node.frame, query.q) ? "match" : node.frame.owner,
    };
  });
}

/** The chart of a profile: calls added up by path, or in the order of time. */
export function flameChart(tree: CallTree, query: ProfilingQuery): FlameChartModel {
  const orders =
    tree.kind === "heap"
      ? []
      : (
          [
            ["path", "By call path"],
            ["time", "In order of time"],
          ] as const
        ).map(([order, text]) => ({
          text,
          href: profilingHref(query, { order, frame: null, from: null, to: null }),
          current: query.order === order,
        }));
  return query.order === "time" && tree.kind === "cpu"
    ? timeChart(tree, query, orders)
    : pathChart(tree, { ...query, order: "path" }, orders);
}

function pathChart(
  tree: CallTree,
  query: ProfilingQuery,
  orders: FlameChartModel["orders"],
): FlameChartModel {
  const focus = tree.nodes.find(({ id }) => id === query.frame) ?? tree.nodes[0];
  if (focus === undefined || focus.total.value === 0) return emptyChart(orders);
  const blocks = pathBlocks(tree, focus);
  const drawn = widest(blocks);
  const frames = flameFrames(drawn, { tree, query, from: 0, to: focus.total.value });
  const isAll = focus.parent === null;
  return {
    title: tree.kind === "cpu" ? "Flame graph of the running time" : "Flame graph of the allocated bytes",
    summary: isAll
      ? `The width is all of it: ${amountText(focus.total, tree)}, n ${formatCount(focus.total.samples)}.`
      : `The width is ${focus.frame.name} called this way: ${amountWithShare(focus.total, tree)}.`,
    frames,
    rows: rowsOf(drawn),
    omitted: omittedText(tree, drawn, focus),
    allHref: isAll ? null : profilingHref(query, { frame: null }),
    orders,
  };
}

function timeChart(
  tree: CallTree,
  query: ProfilingQuery,
  orders: FlameChartModel["orders"],
): FlameChartModel {
  const end = tree.duration ?? 0;
  const from = Math.min(query.from ?? 0, end);
  const to = Math.max(from + 1, Math.min(query.to ?? end, end));
  const { blocks, short } = timeBlocks(tree, { from, to });
  const drawn = widest(blocks);
  const isAll = from === 0 && to === end;
  const omitted = blocks.length - drawn.length + short;
  return {
    title: "Flame chart in the order of time",
    summary: `The width is ${amountText({ value: to - from, samples: 0 }, tree)}, from ${amountText({ value: from, samples: 0 }, tree)} after the start on. Gaps are idle.`,
    frames: flameFrames(drawn, { tree, query, from, to }),
    rows: rowsOf(drawn),
    omitted:
      omitted === 0
        ? null
        : `${formatCount(omitted)} calls are too short to be drawn at this width. Follow a frame to its time.`,
    allHref: isAll ? null : profilingHref(query, { from: null, to: null }),
    orders,
  };
}

const rowsOf = (blocks: readonly Block[]): number => Math.max(0, ...blocks.map(({ row }) => row)) + 1;

/** What the drawn frames call besides, in words; `null` where they call nothing else. */
function omittedText(tree: CallTree, drawn: readonly Block[], focus: TreeNode): string | null {
  const nodes = new Set(drawn.map(({ node }) => node));
  const left = drawn.flatMap(({ node }) => node.children.flatMap((index) => tree.nodes[index] ?? []));
  const hidden = left.filter((node) => !nodes.has(node));
  if (hidden.length === 0) return null;
  const value = hidden.reduce((sum, { total }) => sum + total.value, 0);
  return `${formatCount(hidden.length)} narrow calls with ${shareText(value / focus.total.value)} of the width are not drawn. Follow a frame to see what it calls.`;
}

const emptyChart = (orders: FlameChartModel["orders"]): FlameChartModel => ({
  title: "Flame graph",
  summary: "No sample has running code: the process was idle.",
  frames: [],
  rows: 0,
  omitted: null,
  allHref: null,
  orders,
});
