import type { CallTree, TreeNode } from "../../profiling/call-tree";
import { type Block, MAX_ROWS, MIN_WIDTH } from "./flame-block";

/** A call passes on when another call gets at least this part of it. */
const PASSED_ON = 0.98;

/** The callers of a node, the outermost first. */
function callersOf(tree: CallTree, node: TreeNode): TreeNode[] {
  const callers: TreeNode[] = [];
  for (let { parent } = node; parent !== null; ) {
    const caller = tree.nodes[parent];
    if (caller === undefined) break;
    callers.push(caller);
    parent = caller.parent;
  }
  return callers.reverse();
}

const callsOf = (tree: CallTree, { children }: TreeNode): TreeNode[] =>
  children.flatMap((index) => tree.nodes[index] ?? []).sort((a, b) => b.total.value - a.total.value);

/** Whether a call is of a package or of Node and only passes on to one other: frameworks have dozens of such calls in a row. */
const passesOn = (node: TreeNode, [largest]: readonly TreeNode[]): boolean =>
  (node.frame.owner === "package" || node.frame.owner === "node") &&
  largest !== undefined &&
  largest.total.value >= node.total.value * PASSED_ON;

/**
 * The calls below `focus`, the longest first; its callers stand above it. The work is bounded by the calls that are wide
 * enough to be drawn.
 * @param isNamed whether a call that only passes on is drawn nevertheless
 * @returns the calls, and how many are left out because they only pass on
 */
export function pathBlocks(
  tree: CallTree,
  focus: TreeNode,
  isNamed: (node: TreeNode) => boolean,
): { blocks: Block[]; passed: number } {
  const end = focus.total.value;
  const all = callersOf(tree, focus);
  const callers = all.filter(
    (node) => node.frame.owner === "app" || node.parent === null || node === all.at(-1) || isNamed(node),
  );
  const nearest = callers.slice(-MAX_ROWS / 2);
  const blocks = nearest.map((node, row): Block => ({ node, row, start: 0, end }));
  let passed = all.length - callers.length;
  const least = (end * MIN_WIDTH) / 100;
  const waiting: Block[] = [{ node: focus, row: nearest.length, start: 0, end }];
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    const calls = callsOf(tree, block.node);
    const { node, row } = block;
    const isLeftOut = node !== focus && passesOn(node, calls) && !isNamed(node);
    if (isLeftOut) passed += 1;
    else blocks.push(block);
    const next = isLeftOut ? row : row + 1;
    if (next >= MAX_ROWS) continue;
    let { start } = block;
    for (const call of calls) {
      if (call.total.value < least || call.total.value <= 0) break;
      waiting.push({ node: call, row: next, start, end: start + call.total.value });
      start += call.total.value;
    }
  }
  return { blocks, passed };
}
