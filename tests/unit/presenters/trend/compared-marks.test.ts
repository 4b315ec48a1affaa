import { describe, expect, it } from "vitest";
import {
  intervalBands,
  joinedStretches,
  sharedTimes,
  spanLinks,
  startsWithSwitch,
  within,
} from "../../../../app/presenters/trend/compared-marks";
import { type TrendData, trendChart } from "../../../../app/presenters/trend/trend-chart";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import type { Change, Comparison } from "../../../../app/query/comparison/comparison-result";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { changesOf, clsChange, comparisonOf, MODEL, timeChange, trendOf } from "../comparison/comparisons";
import { NOW, viewOf } from "../views";

const at = (from: number, to: number) => ({ from: from * HOUR, to: to * HOUR });
const WINDOWS = { current: [at(10, 20)], baseline: [at(0, 10)] };

/** Whether the bands of both sides are apart. */
function areApart(change: Change): boolean {
  const [baseline, current] = intervalBands(change, WINDOWS);
  if (baseline === undefined || current === undefined) throw new Error("There is no band.");
  return baseline.high < current.low || current.high < baseline.low;
}

describe("intervalBands", () => {
  it.each([
    ["a time", (change: number, half: number) => timeChange(2_000, 2_000 * (1 + change / 100), half)],
    ["CLS", (change: number, half: number) => clsChange(0.1, change / 1_000, half / 1_000)],
  ] as const)("are apart exactly where the interval of %s excludes no change", (_, changeOf) => {
    for (const change of [-30, -10, -1, 1, 10, 30]) {
      for (const share of [0.5, 0.9, 0.99, 1.01, 1.1, 2]) {
        expect(areApart(changeOf(change, share * Math.abs(change))), `${change} ± ${share}`).toBe(share < 1);
      }
    }
  });

  it("contain the p75 of their side, and cover its compared times", () => {
    const bands = intervalBands(timeChange(2_000, 2_200, 8), WINDOWS);
    expect(bands.map(({ side, times }) => [side, times])).toEqual([
      ["baseline", WINDOWS.baseline],
      ["current", WINDOWS.current],
    ]);
    for (const { side, low, high } of bands) {
      const p75 = side === "current" ? 2_200 : 2_000;
      expect([low < p75, high > p75]).toEqual([true, true]);
    }
  });

  it("end with the declared look that the figures are of", () => {
    const look = { kind: "first-day", at: 15.4 * HOUR } as const;
    const [, current] = intervalBands(timeChange(2_000, 2_200, 8, { look }), WINDOWS);
    expect(current?.times).toEqual([at(10, 15)]);
  });

  it("are none without an interval, and never under 0", () => {
    expect(intervalBands(timeChange(2_000, 2_200, 8, { interval: null }), WINDOWS)).toEqual([]);
    expect(intervalBands(timeChange(2_000, 2_200, 8, { p75: null }), WINDOWS)).toEqual([]);
    for (const change of [clsChange(0, 0.001, 0.5), timeChange(2_000, 100, 200)]) {
      for (const { low, high } of intervalBands(change, WINDOWS)) {
        expect(low).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(high)).toBe(true);
      }
    }
  });
});

describe("stretches of time", () => {
  it("are joined over gaps shorter than a step", () => {
    expect(joinedStretches([at(0, 2), at(3, 4), at(8, 9)], 3 * HOUR)).toEqual([at(0, 4), at(8, 9)]);
    expect(joinedStretches([at(0, 2), at(2, 4)], 1)).toEqual([at(0, 4)]);
  });

  it("are shared where both sides have them, and cut to a window", () => {
    const windows = { current: [at(5, 8), at(9, 20)], baseline: [at(0, 6), at(7, 10)] };
    expect(sharedTimes(windows)).toEqual([at(5, 6), at(7, 8), at(9, 10)]);
    expect(within([at(0, 6), at(7, 10), at(11, 12)], at(5, 8))).toEqual([at(5, 6), at(7, 8)]);
  });
});

describe("startsWithSwitch", () => {
  const starts = [
    { buildVersion: "2.4.1", at: 2 * HOUR, announced: true },
    { buildVersion: "2.4.0", at: 5 * HOUR, announced: false },
  ];

  it("moves the current release to where it appeared for the compared hours, as after a rollback", () => {
    const moved = startsWithSwitch(starts, { current: "2.4.1", deployedAt: 9 * HOUR }, at(0, 12));
    expect(
      moved.map(({ buildVersion, at, isSwitch = false }) => [buildVersion, at / HOUR, isSwitch]),
    ).toEqual([
      ["2.4.0", 5, false],
      ["2.4.1", 9, true],
    ]);
  });

  it("has no switch outside of the window", () => {
    const outside = startsWithSwitch(starts, { current: "2.4.1", deployedAt: 0 }, at(0, 12));
    expect(outside.map(({ buildVersion }) => buildVersion)).toEqual(["2.4.0"]);
  });
});

const QUERY: CockpitQuery = { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS, sort: "regression" };

describe("spanLinks", () => {
  const times = { range: { from: NOW - DAY, to: NOW }, chart: { from: NOW - 3 * DAY, to: NOW } };

  it("links the times that are not shown, with everything else as it is", () => {
    const links = spanLinks({ ...QUERY, metric: "INP", page: 2 }, times, "cockpit", NOW);
    expect(links.map(({ text, current }) => [text, current])).toEqual([
      ["Compared times", true],
      ["Last 24 hours", false],
    ]);
    expect(links[1]?.href).toBe("/admin/performance?compare=previous&metric=INP&span=range&page=2");
    const back = spanLinks({ ...QUERY, span: "range" }, times, "cockpit", NOW);
    expect([back[0]?.href, back[1]?.current]).toEqual(["/admin/performance?compare=previous", true]);
  });

  it("calls the times of a permalink chosen", () => {
    expect(spanLinks({ ...QUERY, from: NOW - DAY, to: NOW }, times, "cockpit", NOW)[1]?.text).toBe(
      "Chosen times",
    );
  });
});

describe("trendChart while comparing", () => {
  const VIEW = viewOf(Array.from({ length: 24 }, () => ({ LCP: [[3_000, 100]] })));
  const { window } = VIEW;
  const windows: Comparison["windows"] = {
    ...MODEL,
    current: [{ from: window.from + 12 * HOUR, to: window.to }],
    baseline: [{ from: window.from, to: window.from + 14 * HOUR }],
  };
  const compared = (given: Partial<Comparison> = {}): Comparison =>
    comparisonOf({
      trend: trendOf(VIEW, (i) => ({ value: 2_500, n: i < 14 ? 90 : 0 })),
      windows,
      deployedAt: window.from + 12 * HOUR,
      ...given,
    });
  const chart = (given: Partial<Comparison> = {}, query: Partial<CockpitQuery> = {}) =>
    trendChart(VIEW, [], { ...QUERY, ...query }, NOW, "cockpit", compared(given));

  it("shades both intervals over their times, marks the switch and the shared hours", () => {
    const { compared: marks, markers } = chart();
    expect(marks?.bands.map(({ side, x, width }) => [side, x, width])).toEqual([
      ["baseline", 0, 58.33],
      ["current", 50, 50],
    ]);
    const [baseline, current] = marks?.bands ?? [];
    expect((current?.y ?? 0) + (current?.height ?? 0)).toBeLessThan(baseline?.y ?? 0);
    expect(marks?.shared).toEqual([{ x: 50, width: 8.33 }]);
    expect(markers.map(({ x, label, isSwitch }) => [x, label, isSwitch])).toEqual([[50, "2.4.1", true]]);
  });

  it("explains them in words, with n", () => {
    const [lines, shades] = chart().compared?.notes ?? [];
    expect(lines).toBe(
      "Solid: 2.4.1, n 2,400. Dashed: 2.4.0, n 1,260, at its own times. Vertical: 2.4.1 appeared 23 Nov 01:00 UTC. On the axis: both live, 2 hours.",
    );
    expect(shades?.replaceAll("\u202f", " ")).toMatch(
      /^Shaded: .*, 2\.61 s \(n 11,876\) and 3\.00 s \(n 12,304\), .* half of the 95 % interval of the change/,
    );
  });

  it("shades nothing of another percentile or without an interval, and says why", () => {
    const other = chart({}, { percentile: 90 });
    expect([other.compared?.bands, other.compared?.notes[1]]).toEqual([
      [],
      "Not shaded: the interval of a change is that of the p75.",
    ]);
    const none = chart({ changes: changesOf({ LCP: timeChange(2_610, 3_002, 5, { interval: null }) }) });
    expect(none.compared?.notes[1]).toBe("Not shaded: there is no interval yet.");
  });

  it("shades nothing outside of the chart's times, and says so", () => {
    const before = [{ from: window.from - DAY, to: window.from - HOUR }];
    const { compared: marks } = chart({ windows: { ...windows, current: before, baseline: before } });
    expect([marks?.bands, marks?.shared]).toEqual([[], []]);
    expect(marks?.notes[0]).not.toContain("both live");
    expect(marks?.notes[1]).toBe("Not shaded: the compared times of the verdict are outside of these.");
  });

  it("joins stretches that are closer than a step, so that there are never more of them than steps", () => {
    const { from } = window;
    const many = Array.from({ length: 300 }, (_, i) => ({
      from: from + i * (HOUR / 13),
      to: from + i * (HOUR / 13) + HOUR / 26,
    }));
    const { compared: marks } = chart({ windows: { ...windows, current: many, baseline: many } });
    expect(marks?.bands).toHaveLength(2);
    expect(marks?.shared).toHaveLength(1);
  });

  it("says why the baseline is not drawn", () => {
    const none = { trend: trendOf(VIEW, () => ({ value: 2_500, n: 0 })) };
    expect(chart(none).compared?.notes[0]).toContain("2.4.0 has no compared hour in these times.");
    const short = { ...none.trend, step: HOUR / 12 };
    expect(chart({ trend: short }).compared?.notes[0]).toContain(
      "2.4.0 is not drawn: it is compared by whole hours.",
    );
  });

  it("zooms to times of the same two releases", () => {
    const { zoomHref } = JSON.parse(chart().data) as TrendData;
    expect(zoomHref).toBe("/admin/performance?release=2.4.1&compare=2.4.0&span=range");
  });

  it("has neither marks nor links without a comparison", () => {
    expect(trendChart(VIEW, [], DEFAULT_QUERY, NOW).compared).toBeNull();
  });
});
