import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { importLines } from "../../app/ingest/import.server";
import { parseQuery } from "../../app/query/cockpit-query";
import { queryComparison } from "../../app/query/comparison/comparison.server";
import type { Comparison } from "../../app/query/comparison/comparison-result";
import { withCurrentRelease } from "../../app/query/comparison/current-release-query";
import { createComparisonReaders } from "../../app/query/comparison/readers.server";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryView } from "../../app/query/view/view.server";
import { HOUR } from "../../app/vitals/time";
import { NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

/** A release in hours before now, `from` included and `to` not, with so many page views an hour on two routes. */
type Stretch = { build: string; from: number; to: number; views?: number };

const END = Math.floor(NOW / HOUR) * HOUR;
const CACHE_BYTES = 1024 * 1024;
const MEMORY = { merged: CACHE_BYTES, decoded: CACHE_BYTES, results: 1 };

let store: Store | null = null;
afterEach(async () => {
  await store?.close();
  store = null;
});

function* linesOf(stretches: readonly Stretch[]): Generator<string> {
  let id = 0;
  for (const { build, from, to, views = 40 } of stretches) {
    for (let hour = from; hour > to; hour -= 1) {
      for (const route of ["/a", "/b"]) {
        for (let view = 0; view < views; view += 1) {
          id += 1;
          yield `${JSON.stringify({
            ...{ id: `v6-${id}`, metric: "LCP", value: 1_000 + 37 * (id % 40), route, buildVersion: build },
            ...{ device: "desktop", navigationType: "navigate", receivedAt: END - hour * HOUR + view },
          })}\n`;
        }
      }
    }
  }
}

/** The comparison that a page with these parameters has, and its view. */
async function compared(stretches: readonly Stretch[], search = "") {
  store = await Store.open({ retention: RETENTION });
  const { database, at } = store;
  const opened = store;
  await importLines(Readable.from(linesOf(stretches)).map(Buffer.from), {
    database,
    clock: () => at,
    onBadLine: (line, reason) => {
      throw new Error(`Line ${line}: ${reason}`);
    },
    onBatch: () => opened.fold(20_000).then(() => {}),
  });
  const releases = await queryReleases(database.read, RETENTION.hourly, at);
  const { query: asked } = parseQuery(new URLSearchParams(`${search}&compare=previous`));
  const query = withCurrentRelease(asked, releases, RETENTION, at);
  const readers = createComparisonReaders(
    database.read,
    createSummaryReader(database.read, CACHE_BYTES),
    MEMORY,
  );
  const view = await queryView(readers.units, query, RETENTION, at);
  const comparison = await queryComparison(readers, asked, { releases, retention: RETENTION, now: at }, view);
  if (comparison.status !== "compared") throw new Error(`It is not compared: ${comparison.reason}.`);
  return { comparison, view };
}

const samples = ({ trend }: Comparison, side: "current" | "baseline"): number =>
  trend?.steps.reduce((sum, step) => sum + step[side].n, 0) ?? -1;

/** Hours before now in which a side has samples in the trend: its first and its last step. */
function span({ trend }: Comparison, side: "current" | "baseline") {
  const steps = trend?.steps.filter((step) => step[side].n > 0) ?? [];
  return [steps[0]?.from, steps.at(-1)?.to].map((time) => (END - (time ?? 0)) / HOUR);
}

const hull = ({ windows: { current, baseline } }: Comparison) => ({
  from: Math.min(...[...current, ...baseline].map(({ from }) => from)),
  to: Math.max(...[...current, ...baseline].map(({ to }) => to)),
});

/** What the chart of every kind of comparison has in common. */
function expectComparedTimes(comparison: Comparison): void {
  expect(comparison.trend?.window).toEqual(hull(comparison));
  expect(samples(comparison, "current")).toBe(comparison.changes.LCP.n.current);
  expect(samples(comparison, "baseline")).toBe(comparison.changes.LCP.n.baseline);
  expect(comparison.trend?.steps.length).toBeLessThanOrEqual(400);
}

const BEFORE: Stretch = { build: "2.4.0", from: 60, to: 12 };
const AFTER: Stretch = { build: "2.4.1", from: 12, to: 0 };

describe("the trend of a comparison", () => {
  it.each([
    "",
    "route=%2Fa",
  ])("has all compared hours of both releases, whatever the range is (%s)", async (search) => {
    const { comparison } = await compared([BEFORE, AFTER], `range=1h&${search}`);
    expect(comparison.windows.kind).toBe("model");
    expectComparedTimes(comparison);
    expect([span(comparison, "baseline"), span(comparison, "current")]).toEqual([
      [60, 12],
      [12, 0],
    ]);
  });

  it("has the hours in which both were live on both sides", async () => {
    const { comparison } = await compared(
      [
        { ...BEFORE, from: 8, to: 0 },
        { ...AFTER, from: 8, to: 0 },
      ],
      "compare=2.4.0&release=2.4.1",
    );
    expect(comparison.windows.kind).toBe("concurrent");
    expectComparedTimes(comparison);
    expect(span(comparison, "baseline")).toEqual(span(comparison, "current"));
  });

  it.each(["", "route=%2Fa"])("has single hours where all retained data is compared (%s)", async (search) => {
    const { comparison } = await compared(
      [
        { ...BEFORE, from: 12, to: 6 },
        { ...AFTER, from: 6, to: 0 },
      ],
      search,
    );
    expect(comparison.windows.kind).toBe("lifetime");
    expectComparedTimes(comparison);
    expect(comparison.trend?.step).toBe(HOUR);
  });

  it("begins after a rollback with the newer stretch of the release", async () => {
    const { comparison } = await compared([
      { build: "2.4.0", from: 60, to: 40 },
      { build: "2.4.1", from: 40, to: 10 },
      { build: "2.4.0", from: 10, to: 0 },
    ]);
    expect([comparison.current, comparison.deployedAt]).toEqual(["2.4.0", END - 10 * HOUR]);
    expectComparedTimes(comparison);
    expect([span(comparison, "baseline"), span(comparison, "current")]).toEqual([
      [40, 10],
      [10, 0],
    ]);
  });

  it("has a gap between a baseline of weeks ago and the release", async () => {
    const days = (count: number): number => 24 * count;
    const { comparison } = await compared(
      [
        { build: "2.3.0", from: days(21), to: days(20) },
        { build: "2.4.0", from: days(20), to: 12, views: 2 },
        AFTER,
      ],
      "compare=2.3.0&release=2.4.1",
    );
    expectComparedTimes(comparison);
    expect(span(comparison, "baseline")).toEqual([days(21), days(20)]);
    const empty = comparison.trend?.steps.filter(({ current, baseline }) => current.n + baseline.n === 0);
    expect(empty?.length).toBeGreaterThan(60);
  });

  it("has the view's times with span=range, and of the baseline the compared hours in them", async () => {
    const { comparison, view } = await compared([BEFORE, AFTER], "span=range");
    expect(comparison.trend?.window).toEqual(view.window);
    expect(samples(comparison, "current")).toBe(view.total.LCP.n);
    expect(span(comparison, "baseline")[1]).toBe(12);
    expect(samples(comparison, "baseline")).toBeLessThan(comparison.changes.LCP.n.baseline);
  });
});
