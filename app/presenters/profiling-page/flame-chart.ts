import type { Amount, CallTree } from "../../profiling/call-tree";
import type { ProfilingQuery } from "../../query/profiling-query";
import { formatCount } from "../format/format";
import { amountText, amountWithShare, locationText, matches, shareText } from "./amounts";
import type { Block } from "./flame-block";
import { profilingHref } from "./links";
import { pathBlocks } from "./path-blocks";
import { busySlices, timeBlocks } from "./time-blocks";

/** One function of the chart; `x` and `width` are percentages of the chart's width, `row` counts from the top. */
export type FlameFrame = {
  key: string;
  row: number;
  x: number;
  width: number;
  /** `null` where the frame is too narrow for a word. */
  text: string | null;
  /** Whether a narrow screen has no space for the text. */
  wideOnly: boolean;
  title: string;
  href: string;
  look: "app" | "package" | "node" | "engine" | "match";
};

/** A part of the time; percentages of the overview's width and height. */
export type SliceModel = { x: number; width: number; height: number; title: string; href: string };

export type FlameChartModel = {
  title: string;
  /** What the width is: `all of 1.20 s`. */
  summary: string;
  frames: FlameFrame[];
  rows: number;
  /** What is left out, in sentences. */
  omitted: string[];
  /** How busy each part of the time was; empty where the chart is not in the order of time. */
  slices: SliceModel[];
  /** Back to all of it; `null` where nothing is chosen. */
  allHref: string | null;
  orders: Array<{ text: string; href: string; current: boolean }>;
};

/** Frames that a chart has at most. Each is three to five elements. */
export const MAX_FRAMES = 100;

/** Of a chart in the order of time, which has an overview besides. */
const MAX_TIME_FRAMES = 70;

/** Parts of the overview. */
const SLICES = 60;
/** Narrower frames have no text, in percent of the width. */
const MIN_TEXT_WIDTH = 4;
const MIN_TEXT_WIDTH_NARROW = 14;

/** The widest frames; of equal ones the callers, which stand before. */
const widest = (blocks: readonly Block[], count: number): Block[] =>
  [...blocks].sort((a, b) => b.end - b.start - (a.end - a.start) || a.row - b.row).slice(0, count);

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
    const location = locationText(node.frame);
    return {
      key: `${row}-${start}`,
      row,
      x: round(((start - from) / width) * 100),
      width: round(percent),
      text: percent < MIN_TEXT_WIDTH ? null : node.frame.name,
      wideOnly: percent < MIN_TEXT_WIDTH_NARROW,
      title: `${node.frame.name}${location === "" ? "" : ` (${location})`}: ${extent}`,
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
  const { blocks, passed } = pathBlocks(tree, focus, ({ frame }) => matches(frame, query.q));
  const drawn = widest(blocks, MAX_FRAMES);
  const frames = flameFrames(drawn, { tree, query, from: 0, to: focus.total.value });
  const isAll = focus.parent === null;
  return {
    title: tree.kind === "cpu" ? "Flame graph of the running time" : "Flame graph of the allocated bytes",
    summary: isAll
      ? `The width is all of it: ${amountText(focus.total, tree)}, n ${formatCount(focus.total.samples)}.`
      : `The width is ${focus.frame.name} called this way: ${amountWithShare(focus.total, tree)}.`,
    frames,
    rows: rowsOf(drawn),
    omitted: omittedTexts(blocks.length - drawn.length, passed),
    slices: [],
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
  const drawn = widest(blocks, MAX_TIME_FRAMES);
  const isAll = from === 0 && to === end;
  const omitted = blocks.length - drawn.length + short;
  return {
    title: "Flame chart in the order of time",
    summary: `The width is ${amountText({ value: to - from, samples: 0 }, tree)}, from ${amountText({ value: from, samples: 0 }, tree)} after the start on. Gaps are idle.`,
    frames: flameFrames(drawn, { tree, query, from, to }),
    rows: rowsOf(drawn),
    omitted:
      omitted === 0
        ? []
        : [
            "Of calls of packages or of Node in a row only the first is drawn.",
            `${formatCount(omitted)} calls are too short to be drawn at this width. Follow a bar or a frame to its time.`,
          ],
    slices: slicesOf(tree, query, { from, to }),
    allHref: isAll ? null : profilingHref(query, { from: null, to: null }),
    orders,
  };
}

const rowsOf = (blocks: readonly Block[]): number => Math.max(0, ...blocks.map(({ row }) => row)) + 1;

function omittedTexts(narrow: number, passed: number): string[] {
  return [
    ...(narrow === 0
      ? []
      : [`${formatCount(narrow)} narrower calls are not drawn. Follow a frame to see all that it calls.`]),
    ...(passed === 0
      ? []
      : [
          `${formatCount(passed)} calls of packages and Node that only pass on to one other call are left out; a search brings those that match back.`,
        ]),
  ];
}

/** How busy each part of the window was. */
function slicesOf(
  tree: CallTree,
  query: ProfilingQuery,
  { from, to }: { from: number; to: number },
): SliceModel[] {
  const width = (to - from) / SLICES;
  const amount = ({ value, samples }: Amount): string =>
    `${shareText(value / width)} running, n ${formatCount(samples)}`;
  return busySlices(tree, { from, to }, SLICES).map((busy, i) => ({
    x: round((i * 100) / SLICES),
    width: round(100 / SLICES),
    height: round((100 * busy.value) / width),
    title: `${amountText({ value: from + i * width, samples: 0 }, tree)}: ${amount(busy)}`,
    href: profilingHref(query, { from: Math.floor(from + i * width), to: Math.ceil(from + (i + 1) * width) }),
  }));
}

const emptyChart = (orders: FlameChartModel["orders"]): FlameChartModel => ({
  title: "Flame graph",
  summary: "No sample has running code: the process was idle.",
  frames: [],
  rows: 0,
  omitted: [],
  slices: [],
  allHref: null,
  orders,
});
