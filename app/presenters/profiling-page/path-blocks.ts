import type { CallTree, TreeNode } from "../../profiling/call-tree";
import { type Block, MAX_ROWS, MIN_WIDTH } from "./flame-block";

/** The callers of a node and then itself. */
function pathTo(tree: CallTree, node: TreeNode): TreeNode[] {
  const path = [node];
  for (let parent = node.parent; parent !== null; ) {
    const caller = tree.nodes[parent];
    if (caller === undefined) break;
    path.push(caller);
    parent = caller.parent;
  }
  return path.reverse();
}

/**
 * The calls below `focus`, the longest first; its nearest callers stand above it. The work is bounded by the calls that are
 * wide enough to be drawn.
 */
export function pathBlocks(tree: CallTree, focus: TreeNode): Block[] {
  const end = focus.total.value;
  const callers = pathTo(tree, focus)
    .slice(0, -1)
    .slice(-MAX_ROWS / 2);
  const blocks = callers.map((node, row): Block => ({ node, row, start: 0, end }));
  const least = (end * MIN_WIDTH) / 100;
  const waiting: Block[] = [{ node: focus, row: callers.length, start: 0, end }];
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    blocks.push(block);
    if (block.row + 1 >= MAX_ROWS) continue;
    let { start } = block;
    const calls = block.node.children.flatMap((index) => tree.nodes[index] ?? []);
    for (const node of calls.sort((a, b) => b.total.value - a.total.value)) {
      if (node.total.value < least || node.total.value <= 0) break;
      waiting.push({ node, row: block.row + 1, start, end: start + node.total.value });
      start += node.total.value;
    }
  }
  return blocks;
}
