import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callTree } from "../../../app/profiling/call-tree";
import { functionFigures } from "../../../app/profiling/function-figures";
import { parseProfile } from "../../../app/profiling/parse-profile";
import { protocolProblems } from "./protocol-schema";

const FOLDER = "/srv/shop";
const VERSIONS = ["node20", "node22", "node24"] as const;

const textOf = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe.each(VERSIONS)("a CPU profile of %s", (version) => {
  const text = textOf(`${version}.cpuprofile`);
  const parsed = parseProfile(text);
  if (parsed.kind !== "cpu") throw new Error("no CPU profile");
  const { profile } = parsed;
  const tree = callTree(parsed, FOLDER);
  const byTotal = functionFigures(tree).sort((a, b) => b.total.value - a.total.value);

  it("is one by the schema of the DevTools protocol", () => {
    expect(protocolProblems("Profiler", "Profile", JSON.parse(text))).toEqual([]);
  });

  it("has microseconds: the deltas add up to its duration within 2 %", () => {
    const duration = profile.endTime - profile.startTime;
    expect(duration / 5_000_000).toBeGreaterThan(0.99);
    expect(Math.abs(sum(profile.timeDeltas) / duration - 1)).toBeLessThan(0.02);
  });

  it("has samples that are the truth: its hits are as many or fewer", () => {
    const raw = JSON.parse(text) as { nodes: Array<{ hitCount?: number }> };
    const hits = sum(raw.nodes.map(({ hitCount = 0 }) => hitCount));
    expect(hits).toBeGreaterThan(0);
    expect(hits).toBeLessThanOrEqual(profile.samples.length);
  });

  it("has tick positions on some nodes only", () => {
    const { nodes } = JSON.parse(text) as { nodes: Array<{ positionTicks?: unknown[] }> };
    const without = nodes.filter(({ positionTicks }) => positionTicks === undefined);
    expect(without.length).toBeGreaterThan(nodes.length / 4);
  });

  it("begins with the time that the profiler needed to start, which no function gets", () => {
    expect(tree.startUp).toBe(profile.timeDeltas[0]);
    const shared = tree.busy.value + tree.idle.value + tree.profiler.value;
    expect(shared + tree.startUp).toBeCloseTo(profile.endTime - profile.startTime, 0);
    expect(tree.busy.samples + tree.idle.samples + tree.profiler.samples).toBe(profile.samples.length);
  });

  it("names the busy function first, with its file and line", () => {
    const [first] = functionFigures(tree).sort((a, b) => b.self.value - a.self.value);
    expect(first?.frame).toMatchObject({
      name: "guiltyFunction",
      file: "tests/unit/profiling/fixtures/guilty-function.mjs",
      line: 8,
      owner: "app",
    });
  });

  it("has files below the folder of the service, and Node's own apart", () => {
    const files = byTotal.map(({ frame }) => `${frame.owner} ${frame.file}`);
    expect(files).toContain("app tests/unit/profiling/fixtures/guilty-function.mjs");
    expect(files.some((file) => file.startsWith("node node:internal/"))).toBe(true);
  });

  it("has the profiler's own calls, which no function gets", () => {
    const inspector = profile.nodes.filter(({ callFrame }) => callFrame.url === "node:inspector");
    expect(inspector.map(({ callFrame }) => callFrame.functionName)).toContain("post");
    expect(byTotal.map(({ frame }) => frame.file)).not.toContain("node:inspector");
  });
});

describe.each(VERSIONS)("a heap profile of %s", (version) => {
  const text = textOf(`${version}.heapprofile`);
  const tree = callTree(parseProfile(text), FOLDER);

  it("is one by the schema of the DevTools protocol", () => {
    expect(protocolProblems("HeapProfiler", "SamplingHeapProfile", JSON.parse(text))).toEqual([]);
  });

  it("names the function that allocates, although the collector removed what it allocated", () => {
    const figures = functionFigures(tree).filter(({ frame }) => frame.owner === "app");
    const [first] = figures.sort((a, b) => b.total.value - a.total.value);
    const names = figures.map(({ frame }) => frame.name);
    expect(names).toContain("parseOrders");
    expect(first?.total.value).toBeGreaterThan(tree.busy.value / 2);
    expect(first?.total.samples).toBeGreaterThan(30);
  });

  it("has no idle time", () => {
    expect(tree.idle).toEqual({ value: 0, samples: 0 });
    expect(tree.duration).toBeNull();
  });
});
