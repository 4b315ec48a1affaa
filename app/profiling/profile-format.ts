/** Where a function is, as V8 names it. Lines and columns count from 0; -1 where there are none. */
export type CallFrame = {
  functionName: string;
  scriptId: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
};

/** A node of the call tree of a CPU profile. */
export type CpuNode = { id: number; callFrame: CallFrame; hitCount?: number; children?: number[] };

/**
 * A CPU profile (https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile). Times are
 * microseconds. `timeDeltas[i]` is the time between sample i - 1 and sample i; the first one is the time that
 * the profiler needed to start.
 */
export type CpuProfile = {
  nodes: CpuNode[];
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
};

export type HeapNode = { callFrame: CallFrame; selfSize: number; id: number; children: HeapNode[] };

/** A heap profile (https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#type-SamplingHeapProfile); sizes are bytes. */
export type HeapProfile = {
  head: HeapNode;
  samples: Array<{ size: number; nodeId: number; ordinal: number }>;
};

/** Where a frame is in the sources, for `mapFrames`. */
export type SourcePosition = { url: string; lineNumber: number; columnNumber: number; functionName: string };

/** Finds the source of a frame; `null` where there is none. */
export type FrameMapper = (frame: CallFrame) => SourcePosition | null;

/** A URL without the query and fragment that a loader appended, which differ at every start. */
export const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, "");

/**
 * Changes the frames of a profile that V8 returned: cuts the queries of their URLs and maps them to their sources. V8 has
 * one object for each node, so the profile itself changes.
 */
export function mapFrames(profile: CpuProfile | HeapProfile, map: FrameMapper): void {
  const change = (frame: CallFrame): void => {
    frame.url = withoutQuery(frame.url);
    Object.assign(frame, map(frame));
  };
  if ("nodes" in profile) {
    for (const { callFrame } of profile.nodes) change(callFrame);
    return;
  }
  const waiting = [profile.head];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    change(node.callFrame);
    waiting.push(...node.children);
  }
}
