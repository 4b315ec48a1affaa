import type { CallFrame, CpuNode, CpuProfile, HeapNode, HeapProfile } from "./profile-format";

/** A text that is no profile, or one that is too large; the message is for the reader. */
export class ProfileFormatError extends Error {
  override name = "ProfileFormatError";
}

/** Bounds of the work. A profile of 60 s at 0.5 ms has 120,000 samples. */
export const MAX_NODES = 400_000;
export const MAX_SAMPLES = 1_000_000;

export type ParsedProfile = { kind: "cpu"; profile: CpuProfile } | { kind: "heap"; profile: HeapProfile };

const fail = (problem: string): never => {
  throw new ProfileFormatError(`This is no profile of Node: ${problem}.`);
};

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

function listOf(value: unknown, name: string, limit: number): unknown[] {
  if (!Array.isArray(value)) return fail(`it has no list "${name}"`);
  if (value.length > limit) {
    throw new ProfileFormatError(
      `The profile is too large for this page: ${value.length} ${name}, and ${limit} is the limit. Download it instead.`,
    );
  }
  return value;
}

function numbersOf(value: unknown, name: string): number[] {
  const list = listOf(value, name, MAX_SAMPLES);
  return list.every(isNumber) ? list : fail(`"${name}" has something that is no number`);
}

function frameOf(value: unknown): CallFrame {
  if (!isObject(value)) return fail("a node has no callFrame");
  const { functionName, scriptId, url, lineNumber, columnNumber } = value;
  if (typeof functionName !== "string" || typeof url !== "string")
    return fail("a callFrame has no name or url");
  return {
    functionName,
    scriptId: String(scriptId),
    url,
    lineNumber: isNumber(lineNumber) ? lineNumber : -1,
    columnNumber: isNumber(columnNumber) ? columnNumber : -1,
  };
}

function cpuNode(value: unknown): CpuNode {
  if (!isObject(value) || !isNumber(value.id)) return fail("a node has no id");
  const children = value.children === undefined ? [] : numbersOf(value.children, "children");
  return { id: value.id, callFrame: frameOf(value.callFrame), children };
}

function cpuProfile(value: Fields): CpuProfile {
  const nodes = listOf(value.nodes, "nodes", MAX_NODES).map(cpuNode);
  if (nodes.length === 0) fail("it has no nodes");
  const samples = numbersOf(value.samples, "samples");
  const timeDeltas = numbersOf(value.timeDeltas, "timeDeltas");
  if (samples.length !== timeDeltas.length) {
    fail(`it has ${samples.length} samples and ${timeDeltas.length} timeDeltas`);
  }
  const { startTime, endTime } = value;
  if (!isNumber(startTime) || !isNumber(endTime)) return fail("it has no startTime or endTime");
  return { nodes, samples, timeDeltas, startTime, endTime };
}

function heapNode(value: unknown): HeapNode {
  if (!isObject(value) || !isNumber(value.id) || !isNumber(value.selfSize)) {
    return fail("a node has no id or selfSize");
  }
  return { id: value.id, selfSize: value.selfSize, callFrame: frameOf(value.callFrame), children: [] };
}

/** Without recursion: a deep tree must not overflow the stack. */
function heapTree(value: unknown): HeapNode {
  const head = heapNode(value);
  const waiting: Array<{ raw: unknown; node: HeapNode }> = [{ raw: value, node: head }];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { children } = next.raw as Fields;
    for (const child of listOf(children ?? [], "nodes", MAX_NODES)) {
      count += 1;
      if (count > MAX_NODES) listOf(new Array(count), "nodes", MAX_NODES);
      const node = heapNode(child);
      next.node.children.push(node);
      waiting.push({ raw: child, node });
    }
  }
  return head;
}

function heapSample(value: unknown): HeapProfile["samples"][number] {
  if (!isObject(value)) return fail("a sample is no object");
  const { size, nodeId, ordinal } = value;
  if (!isNumber(size) || !isNumber(nodeId)) return fail("a sample has no size or nodeId");
  return { size, nodeId, ordinal: isNumber(ordinal) ? ordinal : 0 };
}

/**
 * Reads a `.cpuprofile` or `.heapprofile`.
 * @throws ProfileFormatError for anything else, and for one with too many nodes or samples
 */
export function parseProfile(text: string): ParsedProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail("it is not JSON");
  }
  if (!isObject(value)) return fail("it is no JSON object");
  if ("nodes" in value) return { kind: "cpu", profile: cpuProfile(value) };
  if (!("head" in value)) return fail('it has neither "nodes" nor "head"');
  const samples = listOf(value.samples ?? [], "samples", MAX_SAMPLES).map(heapSample);
  return { kind: "heap", profile: { head: heapTree(value.head), samples } };
}
