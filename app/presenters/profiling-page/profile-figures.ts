import type { CallTree } from "../../profiling/call-tree";
import { type FunctionFigures, functionFigures, shareOf, totalOf } from "../../profiling/function-figures";
import type { ProfilingQuery } from "../../query/profiling-query";
import { formatCount } from "../format/format";
import {
  amountText,
  amountWithShare,
  FEW_SAMPLES,
  locationText,
  matches,
  samplesText,
  shareText,
  timeText,
} from "./amounts";
import { profilingHref } from "./links";

/** Rows of the table at most. */
export const MAX_FUNCTIONS = 20;

export type FunctionRowModel = {
  key: string;
  name: string;
  location: string;
  /** Searches for the function in the chart. */
  href: string;
  self: { share: string; amount: string; n: string };
  total: { share: string; amount: string; n: string };
  /** Whether there are too few samples to rely on the shares. */
  few: boolean;
};

export type ProfileFiguresModel = {
  /** What was sampled, and how much of it is no work of the service, each with its samples. */
  facts: Array<{ label: string; text: string }>;
  sorts: Array<{ sort: ProfilingQuery["sort"]; text: string; title: string; href: string; current: boolean }>;
  rows: FunctionRowModel[];
  count: string;
  notes: string[];
};

const part = (label: string, text: string): { label: string; text: string } => ({ label, text });

/** The parts of a profile that no function gets. */
function factsOf(tree: CallTree): ProfileFiguresModel["facts"] {
  const { busy, idle, profiler, startUp, duration } = tree;
  const all = busy.value + idle.value + profiler.value;
  const ofAll = (amount: CallTree["busy"]): string =>
    `${shareText(all === 0 ? 0 : amount.value / all)}, ${amountText(amount, tree)}, n ${samplesText(amount)}`;
  if (duration === null) {
    return [
      part("Allocated", `${amountText(busy, tree)}, n ${samplesText(busy)}`),
      part("The profiler's own work", `${amountText(profiler, tree)}, n ${samplesText(profiler)}`),
    ];
  }
  return [
    part("Sampled", `${timeText(duration)}, n ${formatCount(tree.timeline.length)}`),
    part("Running", ofAll(busy)),
    part("Idle", ofAll(idle)),
    part("The profiler's own work", ofAll(profiler)),
    part("Before the first sample", timeText(startUp)),
  ];
}

const byAmount =
  (sort: ProfilingQuery["sort"]) =>
  (a: FunctionFigures, b: FunctionFigures): number =>
    b[sort].value - a[sort].value || b.total.value - a.total.value || (a.key < b.key ? -1 : 1);

const side = (amount: FunctionFigures["self"], tree: CallTree): FunctionRowModel["self"] => ({
  share: shareText(shareOf(amount, tree)),
  amount: amountText(amount, tree),
  n: samplesText(amount),
});

const matchText = (tree: CallTree, q: string): string =>
  ` that match, with their calls ${amountWithShare(
    totalOf(tree, (frame) => matches(frame, q)),
    tree,
  )}`;

/** The functions with the most time or bytes, of all or of those that are searched for. */
export function profileFigures(tree: CallTree, query: ProfilingQuery): ProfileFiguresModel {
  const all = functionFigures(tree);
  const matching = query.q === "" ? all : all.filter(({ frame }) => matches(frame, query.q));
  const rows = matching.sort(byAmount(query.sort)).slice(0, MAX_FUNCTIONS);
  const unit = tree.kind === "cpu" ? "running time" : "allocated bytes";
  return {
    facts: factsOf(tree),
    sorts: (["self", "total"] as const).map((sort) => ({
      sort,
      text: sort === "self" ? "Itself" : "With calls",
      title:
        sort === "self"
          ? "The function's own code, without what it calls"
          : "The function with everything that it calls",
      href: profilingHref(query, { sort }),
      current: query.sort === sort,
    })),
    rows: rows.map(({ key, frame, self, total }) => ({
      key,
      name: frame.name,
      location: locationText(frame),
      href: profilingHref(query, { q: frame.name, frame: null, from: null, to: null }),
      self: side(self, tree),
      total: side(total, tree),
      few: Math.max(self.samples, total.samples) < FEW_SAMPLES,
    })),
    count: `${formatCount(rows.length)} of ${formatCount(matching.length)} functions${query.q === "" ? "" : matchText(tree, query.q)}`,
    notes: [
      `Shares are of the ${unit}: ${amountText(tree.busy, tree)}, n ${samplesText(tree.busy)}. Rows with fewer than ${FEW_SAMPLES} samples are grey: their shares are chance.`,
      tree.kind === "cpu"
        ? "A function that V8 inlined before the profiler started is absent: its time is on its caller."
        : "Bytes that the garbage collector removed before the end are included. V8 samples one allocation in 32 KiB on average; a function that it inlined is absent, and its bytes are on its caller.",
    ],
  };
}
