import type { CallTree, TreeNode } from "../../profiling/call-tree";
import { type Block, MAX_ROWS, MIN_WIDTH } from "./flame-block";

/** The calls that a node is in, from the outermost, without the root. */
function stackOf(tree: CallTree, index: number | null): TreeNode[] {
  const stack: TreeNode[] = [];
  for (let at = index; at !== null; ) {
    const node = tree.nodes[at];
    if (node === undefined || node.parent === null) break;
    stack.push(node);
    at = node.parent;
  }
  return stack.reverse();
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
  let running: Block[] = [];
  const close = (depth: number, end: number): void => {
    for (const block of running.slice(depth)) {
      if (end - block.start < least) short += 1;
      else blocks.push({ ...block, end });
    }
    running = running.slice(0, depth);
  };
  let last: number | null = null;
  for (const { node, start, time } of tree.timeline) {
    if (start + time <= from || time === 0) continue;
    if (start >= to) break;
    if (node === last && running.length > 0) continue;
    last = node;
    const begin = Math.max(from, start);
    const stack = stackOf(tree, node).slice(0, MAX_ROWS);
    const changed = stack.findIndex((one, row) => running[row]?.node !== one);
    const shared = changed === -1 ? stack.length : changed;
    close(shared, begin);
    for (const [row, one] of stack.entries()) {
      if (row >= shared) running.push({ node: one, row, start: begin, end: begin });
    }
  }
  close(0, to);
  return { blocks, short };
}
