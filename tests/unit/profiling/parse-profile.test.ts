import { describe, expect, it } from "vitest";
import { callTree, MAX_DEPTH } from "../../../app/profiling/call-tree";
import { functionChanges, functionFigures } from "../../../app/profiling/function-figures";
import { MAX_SAMPLES, ProfileFormatError, parseProfile } from "../../../app/profiling/parse-profile";

const frame = (functionName: string, url = "file:///srv/shop/app/a.ts", lineNumber = 4) => ({
  functionName,
  scriptId: "1",
  url,
  lineNumber,
  columnNumber: 2,
});

/** A profile of `(root)` → a → b → a, `(idle)`, and the inspector's own; each sample lasts 1,000 µs. */
const profile = (samples: readonly number[], url?: string) => ({
  nodes: [
    { id: 1, callFrame: frame("(root)", "", -1), children: [2, 5, 6] },
    { id: 2, callFrame: frame("a", url), children: [3] },
    { id: 3, callFrame: frame("b", url), children: [4] },
    { id: 4, callFrame: frame("a", url) },
    { id: 5, callFrame: frame("(idle)", "", -1) },
    { id: 6, callFrame: frame("post", "node:inspector"), children: [7] },
    { id: 7, callFrame: frame("dispatch", "", -1) },
  ],
  startTime: 0,
  endTime: 9_000 + samples.length * 1_000,
  samples,
  timeDeltas: samples.map((_, i) => (i === 0 ? 9_000 : 1_000)),
});

const treeOf = (value: object) => callTree(parseProfile(JSON.stringify(value)), "/srv/shop");

describe("callTree", () => {
  it("gives a sample the time until the next one, and the first delta to nobody", () => {
    const tree = treeOf(profile([2, 3, 4, 5, 5, 7, 6]));
    expect(tree.startUp).toBe(9_000);
    expect(tree.busy).toEqual({ value: 3_000, samples: 3 });
    expect(tree.idle).toEqual({ value: 2_000, samples: 2 });
    expect(tree.profiler).toEqual({ value: 2_000, samples: 2 });
  });

  it("counts a recursive function once", () => {
    const figures = functionFigures(treeOf(profile([2, 3, 4])));
    expect(figures.map(({ frame: { name }, self, total }) => [name, self.value, total.value])).toEqual([
      ["a", 2_000, 3_000],
      ["b", 1_000, 2_000],
    ]);
  });

  it("adds nodes up that differ in the query of their URL only", () => {
    const value = profile([2, 4]);
    const first = value.nodes[1]?.callFrame;
    if (first !== undefined) first.url += "?t=1";
    expect(functionFigures(treeOf(value)).find(({ frame: { name } }) => name === "a")?.self.samples).toBe(2);
  });

  it("gives samples that are out of order no time", () => {
    const value = { ...profile([2, 3, 4]), timeDeltas: [9_000, -2_000, 3_000], endTime: 11_000 };
    const tree = treeOf(value);
    expect(tree.busy.value).toBe(2_000);
    expect(tree.timeline.every(({ time }) => time >= 0)).toBe(true);
  });

  it("survives circles, and trees that are very deep", () => {
    const circle = profile([2]);
    circle.nodes[3] = { ...circle.nodes[3], id: 4, callFrame: frame("a"), children: [2, 1] };
    expect(treeOf(circle).busy.samples).toBe(1);
    const depth = 50_000;
    const nodes = Array.from({ length: depth }, (_, i) => ({
      id: i + 1,
      callFrame: frame(`f${i}`),
      children: i + 1 < depth ? [i + 2] : [],
    }));
    const deep = { nodes, samples: [depth], timeDeltas: [0], startTime: 0, endTime: 1 };
    const tree = treeOf(deep);
    expect(tree.nodes).toHaveLength(MAX_DEPTH + 1);
    expect(tree.busy).toEqual(tree.nodes.at(-1)?.self);
  });
});

describe("functionChanges", () => {
  it("compares shares of functions whose lines and folders moved", () => {
    const before = treeOf(profile([2, 2, 2, 3]));
    const moved = profile([2, 3, 3, 3, 5, 5, 5]);
    for (const node of moved.nodes) node.callFrame.lineNumber += 7;
    const changes = functionChanges(before, treeOf(moved));
    const b = changes.find(({ frame: { name } }) => name === "b");
    expect(b).toMatchObject({
      before: { selfShare: 0.25, self: { samples: 1 } },
      after: { selfShare: 0.75, self: { samples: 3 } },
    });
  });

  it("has a function of one side with nothing on the other", () => {
    const changes = functionChanges(
      treeOf(profile([2])),
      treeOf(profile([2], "file:///srv/shop/app/new.ts")),
    );
    const added = changes.find(({ frame: { file, name } }) => file === "app/new.ts" && name === "a");
    expect(added).toMatchObject({ before: { selfShare: 0, self: { samples: 0 } }, after: { selfShare: 1 } });
  });
});

describe("parseProfile", () => {
  it.each([
    ["no JSON", "<html>"],
    ["no object", "[1]"],
    ["something else", '{"traceEvents": []}'],
    ["no nodes", '{"nodes": [], "samples": [], "timeDeltas": [], "startTime": 0, "endTime": 1}'],
    [
      "a node without a frame",
      '{"nodes": [{"id": 1}], "samples": [], "timeDeltas": [], "startTime": 0, "endTime": 1}',
    ],
    ["lists of different lengths", JSON.stringify({ ...profile([2, 2]), timeDeltas: [1] })],
    ["texts as samples", JSON.stringify({ ...profile([2]), samples: ["2"] })],
    ["no times", JSON.stringify({ ...profile([2]), endTime: null })],
    [
      "a heap without sizes",
      '{"head": {"id": 1, "callFrame": {"functionName": "", "url": ""}, "children": []}}',
    ],
  ])("rejects %s", (_, text) => {
    expect(() => parseProfile(text)).toThrow(ProfileFormatError);
  });

  it("rejects more samples than it could show, and names the limit", () => {
    const samples = new Array(MAX_SAMPLES + 1).fill(2);
    const value = { ...profile([2]), samples, timeDeltas: samples };
    expect(() => parseProfile(JSON.stringify(value))).toThrow(/too large.*1000001 samples/);
  });
});
