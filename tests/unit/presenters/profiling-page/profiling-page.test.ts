import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { flameChart, MAX_FRAMES } from "../../../../app/presenters/profiling-page/flame-chart";
import { profileChanges } from "../../../../app/presenters/profiling-page/profile-changes";
import { MAX_FUNCTIONS, profileFigures } from "../../../../app/presenters/profiling-page/profile-figures";
import { profilingPage } from "../../../../app/presenters/profiling-page/profiling-page";
import { startForm } from "../../../../app/presenters/profiling-page/start-form";
import { type CallTree, callTree } from "../../../../app/profiling/call-tree";
import { parseProfile } from "../../../../app/profiling/parse-profile";
import type { ProfileRecord, ProfilingState } from "../../../../app/profiling/profile-record";
import { DEFAULT_PROFILING_QUERY as QUERY } from "../../../../app/query/profiling-query";
import { largeProfile } from "../../profiling/large-profile";

const fixture = (name: string): CallTree => {
  const file = join(import.meta.dirname, "..", "..", "profiling", "fixtures", name);
  return callTree(parseProfile(readFileSync(file, "utf8")), "/srv/shop");
};

const cpu = fixture("node24.cpuprofile");
const heap = fixture("node24.heapprofile");
const large = callTree(parseProfile(JSON.stringify(largeProfile())), "/srv/shop");

const NOW = Date.UTC(2026, 10, 22, 12);

const record: ProfileRecord = {
  id: "20261122t100000-cpu-00000024",
  kind: "cpu",
  state: "complete",
  startedAt: NOW - 60_000,
  duration: 30,
  interval: 1,
  service: "shop",
  release: "2.4.1",
  node: "v24.22.3",
  folder: "/srv/shop",
  bytes: 12_142,
  startPause: 31.4,
  stopPause: 2,
  reason: null,
};

const idle: ProfilingState = {
  service: "shop",
  running: null,
  endsIn: null,
  nextStartIn: 0,
  profiles: [record],
};

/** A profile whose samples are of `a` and of `b`, which `a` calls. */
function twoFunctions(ofA: number, ofB: number): CallTree {
  const frame = (functionName: string) => ({
    functionName,
    scriptId: "1",
    url: functionName === "(root)" ? "" : "file:///srv/shop/app/a.ts",
    lineNumber: 4,
    columnNumber: 2,
  });
  const samples = [...new Array<number>(ofA).fill(2), ...new Array<number>(ofB).fill(3)];
  const profile = {
    nodes: [
      { id: 1, callFrame: frame("(root)"), children: [2] },
      { id: 2, callFrame: frame("a"), children: [3] },
      { id: 3, callFrame: frame("b") },
    ],
    samples,
    timeDeltas: samples.map(() => 1_000),
    startTime: 0,
    endTime: (samples.length + 1) * 1_000,
  };
  return callTree(parseProfile(JSON.stringify(profile)), "/srv/shop");
}

describe("profileFigures", () => {
  it("names the function with the most time first, each figure with its samples", () => {
    const { rows } = profileFigures(cpu, QUERY);
    expect(rows[0]).toMatchObject({ name: "guiltyFunction", few: false });
    for (const { self, total } of rows) {
      expect(self.n).toMatch(/^[\d,]+$/);
      expect(total.n).toMatch(/^[\d,]+$/);
    }
  });

  it("lists idle time, the profiler's own work and its start apart", () => {
    const labels = profileFigures(cpu, QUERY).facts.map(({ label }) => label);
    expect(labels).toEqual([
      "Sampled",
      "Running",
      "Idle",
      "The profiler's own work",
      "Before the first sample",
    ]);
  });

  it("notes that inlined functions are absent", () => {
    for (const tree of [cpu, heap]) expect(profileFigures(tree, QUERY).notes.join()).toContain("inlined");
  });

  it("has a bounded number of rows, and finds names and files in any case", () => {
    expect(profileFigures(large, QUERY).rows).toHaveLength(MAX_FUNCTIONS);
    const rows = profileFigures(cpu, { ...QUERY, q: "GUILTY-function" }).rows;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ location }) => location.includes("guilty-function"))).toBe(true);
  });

  it("adds up what matches a search, calls of one match by another once", () => {
    const { count } = profileFigures(twoFunctions(30, 10), { ...QUERY, q: "app/a.ts" });
    expect(count).toBe("2 of 2 functions that match, with their calls 100.0\u202f%, 40\u202fms, n 40");
    expect(profileFigures(twoFunctions(30, 10), { ...QUERY, q: "b" }).count).toContain(
      "25.0\u202f%, 10\u202fms, n 10",
    );
  });

  it("sorts by the time with calls where that is asked for", () => {
    const rows = profileFigures(twoFunctions(10, 30), { ...QUERY, sort: "total" }).rows;
    expect(rows.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(profileFigures(twoFunctions(10, 30), QUERY).rows.map(({ name }) => name)).toEqual(["b", "a"]);
  });
});

describe("flameChart", () => {
  it.each([
    ["by path", QUERY],
    ["in the order of time", { ...QUERY, order: "time" as const }],
    ["of a part of the time", { ...QUERY, order: "time" as const, from: 1_000_000, to: 1_200_000 }],
  ])("has a bounded number of frames within the width, %s", (_, query) => {
    for (const tree of [cpu, large]) {
      const { frames, rows } = flameChart(tree, query);
      expect(frames.length).toBeLessThanOrEqual(MAX_FRAMES);
      expect(rows).toBeLessThanOrEqual(40);
      for (const { x, width } of frames) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(100.02);
      }
    }
  });

  it("puts a call below its caller, within the caller's width", () => {
    const { frames } = flameChart(twoFunctions(30, 10), QUERY);
    expect(frames.map(({ text, row, x, width }) => [text, row, x, width])).toEqual([
      ["(root)", 0, 0, 100],
      ["a", 1, 0, 100],
      ["b", 2, 0, 25],
    ]);
  });

  it("gives the chosen call all of the width, with its callers above", () => {
    const chart = flameChart(twoFunctions(30, 10), { ...QUERY, frame: 3 });
    expect(chart.frames.map(({ text, width }) => [text, width])).toEqual([
      ["(root)", 100],
      ["a", 100],
      ["b", 100],
    ]);
    expect(chart.summary).toContain("n 10");
    expect(chart.allHref).not.toContain("frame");
  });

  it("shows all of a profile where the chosen call is not in it", () => {
    expect(flameChart(twoFunctions(3, 1), { ...QUERY, frame: 999 }).allHref).toBeNull();
  });

  it("marks what is searched for", () => {
    const { frames } = flameChart(twoFunctions(30, 10), { ...QUERY, q: "B" });
    expect(frames.filter(({ look }) => look === "match").map(({ text }) => text)).toEqual(["b"]);
  });

  it("has the order of time for CPU profiles only", () => {
    expect(flameChart(heap, { ...QUERY, order: "time" })).toMatchObject({ orders: [], slices: [] });
    expect(flameChart(cpu, { ...QUERY, order: "time" }).slices).toHaveLength(60);
  });

  it("names an idle profile, which has nothing to draw", () => {
    expect(flameChart(twoFunctions(0, 0), QUERY)).toMatchObject({
      frames: [],
      summary: expect.stringContaining("idle"),
    });
  });
});

describe("profileChanges", () => {
  it("names the function whose own share grew first, and those with few samples last", () => {
    const before = { record: { ...record, release: "2.4.0" }, tree: twoFunctions(300, 100) };
    const after = { record, tree: twoFunctions(100, 300) };
    const { rows, summary } = profileChanges(before, after, QUERY);
    expect(rows.map(({ name, change }) => [name, change])).toEqual([
      ["b", "+50.0\u202fpp"],
      ["a", "−50.0\u202fpp"],
    ]);
    expect(rows[0]).toMatchObject({ before: { n: "100" }, after: { n: "300" }, few: false });
    expect(summary).toContain("From 2.4.0");
  });

  it("makes no change of a longer profile", () => {
    const before = { record, tree: twoFunctions(30, 10) };
    const after = { record, tree: twoFunctions(300, 100) };
    const { rows } = profileChanges(before, after, QUERY);
    expect(rows.every(({ change }) => change === "0.0\u202fpp")).toBe(true);
  });
});

describe("startForm", () => {
  it("has the defaults of 30 s and 1 ms", () => {
    expect(startForm(idle, "").form).toMatchObject({
      duration: { min: 5, max: 60, value: 30 },
      interval: "1",
    });
  });

  it("counts down while a profile runs, and reloads at its end at the latest", () => {
    const running = { ...record, state: "running" as const };
    expect(startForm({ ...idle, running, endsIn: 12 }, "")).toMatchObject({
      form: null,
      countdown: { seconds: 13, text: "It ends in 12\u202fs.", refresh: 5 },
    });
    expect(startForm({ ...idle, running, endsIn: 2 }, "").countdown?.refresh).toBe(3);
    expect(startForm({ ...idle, running, endsIn: 0 }, "").status).toContain("being stored");
  });

  it("names the time until the next start", () => {
    expect(startForm({ ...idle, nextStartIn: 252 }, "").status).toContain("4\u202fmin 12\u202fs");
  });
});

describe("profilingPage", () => {
  const page = (more: Partial<Parameters<typeof profilingPage>[0]>) =>
    profilingPage({
      query: QUERY,
      ignored: [],
      problem: null,
      targets: [],
      state: { ok: true, value: idle },
      open: null,
      baseline: null,
      grafana: null,
      now: NOW,
      ...more,
    });

  it("names why a profile has no file", () => {
    const interrupted = { ...idle, profiles: [{ ...record, state: "interrupted" as const }] };
    const query = { ...QUERY, id: record.id };
    const { profile } = page({ query, state: { ok: true, value: interrupted } });
    expect(profile).toMatchObject({ ok: false, message: expect.stringContaining("process ended before") });
  });

  it("offers profiles of the same kind for a comparison", () => {
    const profiles = [
      record,
      { ...record, id: "other-cpu" },
      { ...record, id: "other-heap", kind: "heap" as const },
    ];
    const { state } = page({
      query: { ...QUERY, id: record.id },
      state: { ok: true, value: { ...idle, profiles } },
      open: { ok: true, value: { record, tree: cpu } },
    });
    const hrefs = state.ok ? state.value.rows.map(({ compareHref }) => compareHref) : [];
    expect(hrefs).toEqual([null, `/admin/profiling?id=${record.id}&compare=other-cpu`, null]);
  });

  it("has the page although a target fails", () => {
    const { state, targets } = page({ targets: ["worker"], state: { ok: false, message: "worker is down" } });
    expect(state).toEqual({ ok: false, message: "worker is down" });
    expect(targets.map(({ text }) => text)).toEqual(["This cockpit", "worker"]);
  });
});
