import { type Frame, type FrameFile, frameFile, frameKey, IDLE, isInspector, toFrame } from "./frame";
import { MAX_NODES, type ParsedProfile } from "./parse-profile";
import type { CallFrame, CpuProfile, HeapProfile } from "./profile-format";

/** An amount with the samples behind it: microseconds of a CPU profile, bytes of a heap profile. */
export type Amount = { value: number; samples: number };

/** A node of the merged tree. Its own calls are `children`, by index. */
export type TreeNode = {
  /** The id of the profile's own node; of the first one where several are merged. */
  id: number;
  frame: Frame;
  parent: number | null;
  depth: number;
  /** Of the function itself, and of everything that it calls besides. */
  self: Amount;
  total: Amount;
  children: number[];
};

/** A profile, added up by call path. */
export type CallTree = {
  kind: "cpu" | "heap";
  /** The first is the root; a parent stands before its children. */
  nodes: TreeNode[];
  /** All of the profile but `idle` and `profiler`: shares are of this. */
  busy: Amount;
  /** Time without work; 0 of a heap profile. */
  idle: Amount;
  /** The profiler's own work: what runs below `node:inspector`. */
  profiler: Amount;
  /** Time between the start of a CPU profile and its first sample, in µs; it belongs to no function. */
  startUp: number;
  /** From start to end in µs; `null` of a heap profile. */
  duration: number | null;
  /** The samples of a CPU profile in their order: the index of their node (`null` without work) and their µs. */
  timeline: Array<{ node: number | null; start: number; time: number }>;
};

type SourceNode = { id: number; callFrame: CallFrame; self: Amount; children: SourceNode[] };

const none = (): Amount => ({ value: 0, samples: 0 });
const add = (to: Amount, { value, samples }: Amount): void => {
  to.value += value;
  to.samples += samples;
};

/**
 * The µs of each sample: until the next one, and of the last one until the end. The deltas are the time before a sample, so
 * that the first one is the profiler's start. V8 may write samples that are out of order; they get no time.
 */
function sampleTimes({ timeDeltas, startTime, endTime }: CpuProfile): { start: number; time: number }[] {
  let elapsed = 0;
  let latest = 0;
  const starts = timeDeltas.map((delta) => {
    elapsed += delta;
    latest = Math.max(latest, elapsed);
    return latest;
  });
  const end = Math.max(latest, endTime - startTime);
  return starts.map((start, i) => ({ start, time: (starts[i + 1] ?? end) - start }));
}

function cpuTree(profile: CpuProfile, times: readonly { time: number }[]): SourceNode {
  const byId = new Map<number, SourceNode>();
  for (const { id, callFrame } of profile.nodes) {
    byId.set(id, { id, callFrame, self: none(), children: [] });
  }
  profile.samples.forEach((id, i) => {
    const node = byId.get(id);
    if (node !== undefined) add(node.self, { value: times[i]?.time ?? 0, samples: 1 });
  });
  const root = byId.get(profile.nodes[0]?.id ?? Number.NaN);
  if (root === undefined) throw new TypeError("The profile has no root.");
  // A node that is named as a child twice has the first parent: a tree has no circle.
  const adopted = new Set([root.id]);
  for (const { id, children = [] } of profile.nodes) {
    for (const childId of children) {
      const child = byId.get(childId);
      if (child === undefined || adopted.has(childId)) continue;
      adopted.add(childId);
      byId.get(id)?.children.push(child);
    }
  }
  return root;
}

/** Sizes are of the nodes; the samples count how often V8 looked. */
function heapTree({ head, samples }: HeapProfile): SourceNode {
  const counts = new Map<number, number>();
  for (const { nodeId } of samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  const copy = ({ id, callFrame, selfSize }: HeapProfile["head"]): SourceNode => ({
    id,
    callFrame,
    self: { value: selfSize, samples: counts.get(id) ?? 0 },
    children: [],
  });
  const root = copy(head);
  const waiting = [{ from: head, to: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const child of next.from.children) {
      const node = copy(child);
      next.to.children.push(node);
      waiting.push({ from: child, to: node });
    }
  }
  return root;
}

/**
 * Deepest call of a tree; what is called from there counts for it. V8 records a few hundred frames, so that only a file of
 * another program is deeper.
 */
export const MAX_DEPTH = 1_000;

/** Merges what has the same function and the same callers, and sets the idle time and the profiler apart. */
class TreeBuilder {
  readonly nodes: TreeNode[] = [];
  readonly idle = none();
  readonly profiler = none();
  /** The merged index of a profile's node; none of what is set apart. */
  readonly indexes = new Map<number, number>();
  readonly #files = new Map<string, FrameFile>();
  readonly #frames = new Map<string, { frame: Frame; number: number }>();
  readonly #merged = new Map<number, number>();

  constructor(private readonly folder: string) {}

  add(root: SourceNode): void {
    const waiting: Array<{ node: SourceNode; parent: number | null; ofProfiler: boolean }> = [
      { node: root, parent: null, ofProfiler: false },
    ];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, parent } = next;
      const ofProfiler = next.ofProfiler || isInspector(node.callFrame);
      const isIdle = node.callFrame.functionName === IDLE && node.callFrame.url === "";
      if (ofProfiler || isIdle) add(isIdle ? this.idle : this.profiler, node.self);
      const index = ofProfiler || isIdle ? null : this.#insert(node, parent);
      for (const child of node.children.toReversed()) {
        waiting.push({ node: child, parent: index ?? parent, ofProfiler });
      }
    }
  }

  #insert({ id, callFrame, self }: SourceNode, parent: number | null): number {
    const caller = parent === null ? undefined : this.nodes[parent];
    if (parent !== null && caller !== undefined && caller.depth >= MAX_DEPTH) {
      add(caller.self, self);
      this.indexes.set(id, parent);
      return parent;
    }
    const known = this.#frameOf(callFrame);
    const position = ((parent ?? -1) + 1) * MAX_NODES + known.number;
    const index = this.#merged.get(position) ?? this.nodes.length;
    if (index === this.nodes.length) {
      this.#merged.set(position, index);
      const depth = parent === null ? 0 : (this.nodes[parent]?.depth ?? 0) + 1;
      this.nodes.push({ id, frame: known.frame, parent, depth, self: none(), total: none(), children: [] });
      if (parent !== null) this.nodes[parent]?.children.push(index);
    }
    const merged = this.nodes[index];
    if (merged !== undefined) add(merged.self, self);
    this.indexes.set(id, index);
    return index;
  }

  /** The function of a frame, with a number of its own. */
  #frameOf(callFrame: CallFrame): { frame: Frame; number: number } {
    const file = this.#files.get(callFrame.url) ?? frameFile(callFrame.url, this.folder);
    this.#files.set(callFrame.url, file);
    const frame = toFrame(callFrame, file);
    const key = frameKey(frame);
    const known = this.#frames.get(key) ?? { frame, number: this.#frames.size };
    this.#frames.set(key, known);
    return known;
  }

  /** Children stand behind their parents, so one pass from the end adds everything up. */
  addTotals(): void {
    for (const node of this.nodes.toReversed()) {
      add(node.total, node.self);
      const parent = node.parent === null ? undefined : this.nodes[node.parent];
      if (parent !== undefined) add(parent.total, node.total);
    }
  }
}

/**
 * Adds a profile up by call path. Linear in its nodes and samples.
 * @param folder working directory of the profiled process; files below it are named from there
 */
export function callTree(parsed: ParsedProfile, folder: string): CallTree {
  const builder = new TreeBuilder(folder);
  const times = parsed.kind === "cpu" ? sampleTimes(parsed.profile) : [];
  builder.add(parsed.kind === "cpu" ? cpuTree(parsed.profile, times) : heapTree(parsed.profile));
  builder.addTotals();
  const { nodes, idle, profiler, indexes } = builder;
  return {
    kind: parsed.kind,
    nodes,
    busy: nodes[0]?.total ?? none(),
    idle,
    profiler,
    startUp: times[0]?.start ?? 0,
    duration: parsed.kind === "cpu" ? parsed.profile.endTime - parsed.profile.startTime : null,
    timeline:
      parsed.kind === "cpu"
        ? times.map(({ start, time }, i) => ({
            node: indexes.get(parsed.profile.samples[i] ?? Number.NaN) ?? null,
            start,
            time,
          }))
        : [],
  };
}
