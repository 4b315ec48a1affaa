import { describe, expect, it } from "vitest";
import { type LoadedUnit, tableOfAll } from "../../../../app/query/comparison/cells.server";
import { tableOfBuilds } from "../../../../app/query/comparison/history.server";
import { layoutOf, weightsOf } from "../../../../app/query/comparison/layout";
import type { ComparisonPlan } from "../../../../app/query/comparison/plan";
import { modelFinding, tableFinding } from "../../../../app/query/comparison/site-comparison.server";
import { metricModel } from "../../../../app/query/comparison/site-model.server";
import { createSketchDecoder } from "../../../../app/query/summaries/sketch-decoder";
import type { Change } from "../../../../app/stats/comparison/change";
import { type Finding, NOMINAL } from "../../../../app/stats/comparison/finding";
import { normalQuantile } from "../../../../app/stats/comparison/joint/normal-quantile";
import { decideVerdict } from "../../../../app/stats/comparison/judge";
import { BASELINE, CURRENT } from "../../../../app/stats/comparison/pools";
import { packSketch } from "../../../../app/stats/sketch/packed-sketch";
import { MILLISECONDS } from "../../../../app/stats/sketch/scale";
import type { SummaryGroup } from "../../../../app/storage/summary-periods.server";
import { STRATA } from "../../../../app/vitals/strata";
import { sketchOf } from "../../stats/shapes";

/** A Monday at midnight (UTC), in hours since the epoch. */
const MONDAY = 20_002 * 24;
const METRIC = "TTFB";
const BUILDS = { current: "new", baseline: "old" };
const CIRCUMSTANCES = { isTooShort: false, isOngoing: false, libraryChanged: false, missingHours: null };

/** Evenly spread quantiles of log-normal times, in ms. */
const values = (median: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => median * Math.exp(0.65 * normalQuantile((i + 0.5) / count)));

/** 200 loads of one hour: prefetched ones have a median of 20 ms, the others one of 600 ms, whichever build it is. */
const groupOf = (build: string, prefetched: number): SummaryGroup => ({
  metric: METRIC,
  routes: ["", ""],
  devices: ["desktop", "desktop"],
  prefetched: [false, true],
  builds: [build, build],
  sketches: Buffer.concat([
    packSketch(sketchOf(MILLISECONDS, values(600, 200 - prefetched))),
    packSketch(sketchOf(MILLISECONDS, values(20, prefetched))),
  ]),
});

const PREFETCHED = { current: 80, baseline: 20 };
const hoursFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => MONDAY + first + i);

function changeOf(finding: Finding | null): Change {
  if (finding === null) throw new Error("There is no finding.");
  return decideVerdict(finding, { p: NOMINAL, early: false, many: false });
}

function concurrentChange(): Change {
  const hours = hoursFrom(0, 24);
  const plan: ComparisonPlan = { kind: "concurrent", current: hours, baseline: hours };
  const loaded = hours.flatMap((at, unit): LoadedUnit[] => [
    { side: CURRENT, unit, at, groups: [groupOf(BUILDS.current, PREFETCHED.current)] },
    { side: BASELINE, unit, at, groups: [groupOf(BUILDS.baseline, PREFETCHED.baseline)] },
  ]);
  const table = tableOfAll(loaded, METRIC, createSketchDecoder(0));
  const layout = layoutOf(plan, BUILDS, "fine");
  const weights = weightsOf(table, plan, layout, layout);
  const reading = { plan, weights, time: { change: 0, variance: 0, days: 0 } };
  return changeOf(tableFinding(METRIC, table, reading, null, CIRCUMSTANCES));
}

function modelChange(): Change {
  const builds = [
    { buildVersion: BUILDS.current, hours: hoursFrom(120, 48) },
    { buildVersion: BUILDS.baseline, hours: hoursFrom(0, 120) },
  ];
  const history = new Map(
    builds.flatMap(({ buildVersion, hours }, side) =>
      hours.map((hour) => [
        hour,
        [groupOf(buildVersion, side === CURRENT ? PREFETCHED.current : PREFETCHED.baseline)],
      ]),
    ),
  );
  const table = tableOfBuilds(history, builds, METRIC, createSketchDecoder(0), (hour) => hour - MONDAY);
  const input = { table, metric: METRIC, cells: STRATA, firstHour: MONDAY, baselineFrom: 0 } as const;
  const model = metricModel({ ...input, switchHour: MONDAY + 120 });
  return changeOf(modelFinding(METRIC, model, null, CIRCUMSTANCES));
}

describe.each([
  ["concurrent", concurrentChange],
  ["model", modelChange],
])("a comparison (%s) of two releases that differ only in their share of prefetched loads", (_, find) => {
  it("has that share in the raw change and not in the change", () => {
    const { percent, raw, verdict } = find();
    expect(Math.abs(percent ?? 100)).toBeLessThan(1);
    expect(raw?.percent).toBeLessThan(-10);
    expect(["unchanged", "inconclusive"]).toContain(verdict);
  });

  it("names prefetched loads as the cause, with their shares", () => {
    const { mix } = find();
    expect(mix?.percent).toBeLessThan(-10);
    expect(mix?.leftOut).toBe(0);
    expect(mix?.cause).toEqual({ kind: "prefetched", current: 0.4, baseline: 0.1 });
  });
});
