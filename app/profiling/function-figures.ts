import type { Amount, CallTree } from "./call-tree";
import { type Frame, frameKey, functionKey, ROOT } from "./frame";

/** A function with what it used itself (`self`) and with everything that it called (`total`). */
export type FunctionFigures = { key: string; frame: Frame; self: Amount; total: Amount };

/**
 * The figures of each function, in no order. A recursive function's total counts once. The root is no function.
 * @param across `releases`: functions are identified by name and file, without their lines
 */
export function functionFigures(
  tree: CallTree,
  across: "profile" | "releases" = "profile",
): FunctionFigures[] {
  const keyOf = across === "profile" ? frameKey : functionKey;
  const figures = new Map<string, FunctionFigures>();
  // The keys of the callers of a node: one for each smaller depth.
  const callers: string[] = [];
  const waiting = [0];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const node = tree.nodes[index];
    if (node === undefined) continue;
    const { frame, parent, depth, self, total, children } = node;
    for (const child of children) waiting.push(child);
    const key = keyOf(frame);
    callers.length = depth;
    const isRecursive = callers.includes(key);
    callers.push(key);
    if (parent === null && frame.name === ROOT) continue;
    const known = figures.get(key) ?? {
      key,
      frame,
      self: { value: 0, samples: 0 },
      total: { value: 0, samples: 0 },
    };
    figures.set(key, known);
    known.self.value += self.value;
    known.self.samples += self.samples;
    if (isRecursive) continue;
    known.total.value += total.value;
    known.total.samples += total.samples;
  }
  return [...figures.values()];
}

/** What the functions that match use with everything that they call; calls of one match by another count once. */
export function totalOf(tree: CallTree, isMatch: (frame: Frame) => boolean): Amount {
  const sum = { value: 0, samples: 0 };
  const waiting = [0];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const node = tree.nodes[index];
    if (node === undefined) continue;
    if (!isMatch(node.frame)) {
      for (const child of node.children) waiting.push(child);
      continue;
    }
    sum.value += node.total.value;
    sum.samples += node.total.samples;
  }
  return sum;
}

/** A part of the busy time or of the bytes, 0 to 1; 0 of an empty profile. */
export const shareOf = ({ value }: Amount, { busy }: CallTree): number =>
  busy.value === 0 ? 0 : value / busy.value;

/** A function in two profiles; `share` values are 0 to 1. */
export type FunctionChange = {
  key: string;
  frame: Frame;
  before: { self: Amount; total: Amount; selfShare: number; totalShare: number };
  after: { self: Amount; total: Amount; selfShare: number; totalShare: number };
};

const NOTHING = { self: { value: 0, samples: 0 }, total: { value: 0, samples: 0 } };

/**
 * The functions of two profiles with their shares in both. Shares are compared, not times, so that a busier process
 * or a longer profile makes no difference.
 */
export function functionChanges(before: CallTree, after: CallTree): FunctionChange[] {
  const earlier = new Map(functionFigures(before, "releases").map((one) => [one.key, one]));
  const later = new Map(functionFigures(after, "releases").map((one) => [one.key, one]));
  const side = (tree: CallTree, { self, total }: Pick<FunctionFigures, "self" | "total">) => ({
    self,
    total,
    selfShare: shareOf(self, tree),
    totalShare: shareOf(total, tree),
  });
  const all = new Map([...earlier, ...later]);
  return [...all].map(([key, { frame }]) => ({
    key,
    frame,
    before: side(before, earlier.get(key) ?? NOTHING),
    after: side(after, later.get(key) ?? NOTHING),
  }));
}
