import type { Amount, CallTree, TreeNode } from "../../profiling/call-tree";
import { type Block, MAX_ROWS, MIN_WIDTH } from "./flame-block";

/**
 * The calls that a node is in, from the outermost, without the root. Of calls of packages, or of Node, that follow each other
 * only the first is in it, and the innermost call of all.
 */
function stackOf(tree: CallTree, index: number): TreeNode[] {
  const stack: TreeNode[] = [];
  for (let at: number | null = index; at !== null; ) {
    const node: TreeNode | undefined = tree.nodes[at];
    if (node === undefined || node.parent === null) break;
    stack.push(node);
    at = node.parent;
  }
  return stack
    .reverse()
    .filter(
      ({ frame: { owner } }, i) =>
        owner === "app" || owner !== stack[i - 1]?.frame.owner || i === stack.length - 1,
    );
}

/**
 * The calls of a time, in their order. Neighbouring samples with the same callers are one call.
 * @param window µs after the start of the profile
 * @returns the calls that are wide enough to be drawn, and how many are not
 */
export function timeBlocks(
  tree: CallTree,
  { from, to }: { from: number; to: number },
): { blocks: Block[]; short: number } {
  const least = ((to - from) * MIN_WIDTH) / 100;
  const blocks: Block[] = [];
  let short = 0;
  const running: Block[] = [];
  const close = (depth: number, end: number): void => {
    while (running.length > depth) {
      const block = running.pop();
      if (block === undefined) break;
      if (end - block.start < least) short += 1;
      else blocks.push({ ...block, end });
    }
  };
  const stacks = new Map<number, TreeNode[]>();
  let last: number | null = null;
  for (const { node, start, time } of tree.timeline) {
    if (start + time <= from || time === 0) continue;
    if (start >= to) break;
    if (node === last && running.length > 0) continue;
    last = node;
    const begin = Math.max(from, start);
    const stack = node === null ? [] : (stacks.get(node) ?? stackOf(tree, node).slice(0, MAX_ROWS));
    if (node !== null) stacks.set(node, stack);
    let shared = 0;
    while (shared < stack.length && running[shared]?.node === stack[shared]) shared += 1;
    close(shared, begin);
    for (let row = shared; row < stack.length; row += 1) {
      const one = stack[row];
      if (one !== undefined) running.push({ node: one, row, start: begin, end: begin });
    }
  }
  close(0, to);
  return { blocks, short };
}

/** The running time in each of `count` equal parts of a time, with its samples. */
export function busySlices(
  tree: CallTree,
  { from, to }: { from: number; to: number },
  count: number,
): Amount[] {
  const slices = Array.from({ length: count }, () => ({ value: 0, samples: 0 }));
  const width = (to - from) / count;
  for (const { node, start, time } of tree.timeline) {
    const end = Math.min(to, start + time);
    if (node === null || end <= from || start >= to) continue;
    const first = Math.max(0, Math.floor((start - from) / width));
    for (let i = first; i < count && from + i * width < end; i += 1) {
      const slice = slices[i];
      if (slice === undefined) continue;
      slice.value += Math.min(end, from + (i + 1) * width) - Math.max(start, from + i * width);
      if (i === first) slice.samples += 1;
    }
  }
  return slices;
}
