import type { TreeNode } from "../../profiling/call-tree";

/** A frame before it is positioned for HTML: `start` and `end` are in the unit of the profile. */
export type Block = { node: TreeNode; row: number; start: number; end: number };

export const MAX_ROWS = 40;

/** Narrower frames are left out, in percent of the width. */
export const MIN_WIDTH = 0.25;
