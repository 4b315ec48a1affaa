import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisValue } from "../../../../app/presenters/format/format";
import { lineShape } from "../../../../app/presenters/format/line-path";
import { gridValues, timeTicks } from "../../../../app/presenters/trend/axes";
import { chartBands } from "../../../../app/presenters/trend/rating-bands";
import { releaseMarkers, releaseStarts } from "../../../../app/presenters/trend/release-markers";
import { type TrendData, trendChart } from "../../../../app/presenters/trend/trend-chart";
import { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { DAY, HOUR, RANGES } from "../../../../app/vitals/time";
import { examples } from "../../../support/measurements";
import { NOW, releasesOf, viewOf } from "../views";

describe("lineShape", () => {
  const size = { width: 100, height: 10, max: 10 };
  const points = (values: Array<number | null>) =>
    values.map((value, i) => ({ at: i / Math.max(1, values.length - 1), value }));

  it("draws nothing of nothing, and a dot for one point", () => {
    expect(lineShape(points([null, null]), size)).toMatchObject({ path: "", dots: [] });
    expect(lineShape([{ at: 0.5, value: 10 }], size)).toMatchObject({ path: "", dots: [{ x: 50, y: 0 }] });
  });

  it("leaves gaps where there is nothing, and 0 is something", () => {
    const { path } = lineShape(points([0, 5, null, 5, 10]), size);
    expect(path).toBe("M0 10L25 5M75 5L100 0");
  });

  it("of many points dots only those that stand alone", () => {
    const values = Array.from({ length: 41 }, (_, i) => (i === 19 || i === 21 ? null : 1));
    expect(lineShape(points(values), size).dots).toEqual([{ x: 50, y: 9 }]);
  });
});

describe("axes", () => {
  it("have one to three round grid lines for any range", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 600_000, noNaN: true }), (max) => {
        const lines = gridValues(max);
        expect(lines.length).toBeGreaterThanOrEqual(1);
        expect(lines.length).toBeLessThanOrEqual(3);
        for (const line of lines) expect(line).toBeLessThan(max);
      }),
      examples(1_000),
    );
    expect(gridValues(2875)).toEqual([1000, 2000]);
    expect(gridValues(0.115)).toEqual([0.05, 0.1]);
  });

  it("print round values without idle digits", () => {
    expect([axisValue("LCP", 2500), axisValue("INP", 500), axisValue("CLS", 0.1)]).toEqual([
      "2.5\u202fs",
      "500\u202fms",
      "0.1",
    ]);
  });

  it("tick at round local times, a few for every range", () => {
    for (const length of Object.values(RANGES)) {
      for (const tz of ["UTC", "Asia/Kathmandu", "America/New_York"]) {
        const ticks = timeTicks({ from: NOW - length, to: NOW }, tz);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const { text } of ticks)
          expect(text).toMatch(/^(\d\d:(00|05|10|15|20|30|40|45|50)|\d+ [A-Z][a-z]{2})$/);
      }
    }
    expect(
      timeTicks({ from: Date.parse("2026-11-22T13:00Z"), to: NOW }, "UTC").map(({ text }) => text),
    ).toEqual(["16:00", "20:00", "23 Nov", "04:00", "08:00", "12:00"]);
  });
});

describe("bands", () => {
  const plot = { top: 10, bottom: 210 };

  it("cover the plot without gaps, and end at the thresholds", () => {
    const bands = chartBands("LCP", { max: 5000, plot, lines: [] });
    expect(bands.map(({ rating, y, height }) => ({ rating, y, height }))).toEqual([
      { rating: "good", y: 110, height: 100 },
      { rating: "needs-improvement", y: 50, height: 60 },
      { rating: "poor", y: 10, height: 40 },
    ]);
    expect(chartBands("LCP", { max: 2600, plot, lines: [] })).toMatchObject([
      { rating: "good", label: "good, up to 2.5\u202fs" },
      { rating: "needs-improvement", label: null },
    ]);
  });

  it("have labels where the line is not", () => {
    const path = [
      { x: 0, y: 200 },
      { x: 60, y: 200 },
      { x: 61, y: 120 },
      { x: 100, y: 120 },
    ];
    const [good] = chartBands("LCP", { max: 5000, plot, lines: [path] });
    expect(good).toMatchObject({ anchor: "end", labelY: 204 });
    const [low] = chartBands("LCP", {
      max: 5000,
      plot,
      lines: [
        [
          { x: 0, y: 205 },
          { x: 100, y: 205 },
        ],
      ],
    });
    expect(low?.labelY).toBe(124);
  });
});

describe("release markers", () => {
  const window = { from: NOW - DAY, to: NOW };

  it("are of established releases that began within the window", () => {
    const known = releasesOf({ old: NOW - 2 * DAY, "2.4.0": NOW - 6 * HOUR, "2.4.1": NOW - HOUR });
    expect(releaseStarts(known, window).map(({ buildVersion }) => buildVersion)).toEqual(["2.4.0", "2.4.1"]);
    const announced = {
      ...known,
      releases: known.releases.map((r) => ({ ...r, announcedAt: NOW - 3 * HOUR })),
    };
    expect(releaseStarts(announced, window)).toHaveLength(3);
    const forged = { ...known, timeline: { ...known.timeline, established: new Set<string>() } };
    expect(releaseStarts(forged, window)).toEqual([]);
  });

  it("name the newest where there is no room for all", () => {
    const starts = Array.from({ length: 12 }, (_, i) => ({
      buildVersion: `2.4.${i}`,
      at: window.from + (0.5 + i / 100) * DAY,
      announced: false,
    }));
    const markers = releaseMarkers(starts, window);
    expect(markers.map(({ x }) => x)).toEqual(starts.map((_, i) => 50 + i));
    expect(markers.at(-1)).toMatchObject({ label: "2.4.11", narrow: true, row: 0 });
    // Lines without a name begin below the names.
    const labelled = markers.filter(({ label }) => label !== null);
    const rows = Math.max(...labelled.map(({ row }) => row)) + 1;
    for (const { label, row } of markers) if (label === null) expect(row).toBe(rows);
    expect(labelled.length).toBeLessThan(12);
  });

  it("never lay one label over another, or a line over a label", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 20 }), (places) => {
        const starts = places.map((place) => ({
          buildVersion: `1.${place}.0`,
          at: window.from + (place / 1000) * DAY,
          announced: false,
        }));
        const markers = releaseMarkers(starts, window);
        for (const width of [590, 320]) {
          const spans = markers
            .filter(({ label, narrow }) => label !== null && (width === 590 || narrow))
            .map(({ x, side, label, row }) => {
              const length = (label ?? "").length * 7;
              const at = (x / 100) * width;
              return side === "right"
                ? { row, from: at, to: at + length }
                : { row, from: at - length, to: at };
            });
          for (const [i, a] of spans.entries()) {
            for (const b of spans.slice(i + 1)) {
              expect(a.row !== b.row || a.to <= b.from + 1 || b.to <= a.from + 1).toBe(true);
            }
            for (const { x, row } of markers) {
              const line = (x / 100) * width;
              expect(row > a.row || line <= a.from + 1 || line >= a.to - 1).toBe(true);
            }
          }
        }
      }),
      examples(300),
    );
  });
});

describe("trendChart", () => {
  const busy = viewOf(Array.from({ length: 24 }, (_, i) => (i === 5 ? {} : { LCP: [[1000 + 100 * i, 50]] })));
  const chart = (view = busy, query = DEFAULT_QUERY) => trendChart(view, [], query, NOW);

  it("says what it shows, and has the same numbers as a table and for the island", () => {
    const { title, table, data, empty } = chart();
    expect({ title, empty }).toEqual({ title: "LCP p75, hourly", empty: null });
    expect(table.rows).toHaveLength(24);
    expect(table.rows[5]).toMatchObject({ figure: { absent: "no data" }, n: "0", good: "" });
    expect(table.rows[0]).toMatchObject({ time: "22 Nov 13:00", figure: { rating: "good" }, n: "50" });
    expect(table.rows.map(({ running }) => running).indexOf(true)).toBe(23);
    const read: TrendData = JSON.parse(data);
    expect([read.times.length, read.values.length, read.n.length]).toEqual([24, 24, 24]);
    expect([read.values[5], read.n[5]]).toEqual([null, 0]);
  });

  it("has a gap where a step has no data, or too few samples", () => {
    expect(chart().path.match(/M/g)).toHaveLength(2);
    const thin = viewOf([{ LCP: [[1000, 29]] }, { LCP: [[1000, 29]] }]);
    expect(chart(thin)).toMatchObject({ path: "", dots: [] });
    expect(chart(thin).empty).toMatch(/30 samples/);
    expect(chart(viewOf([])).empty).toBe("No data for LCP in this view.");
  });

  it("draws one point as a dot, within the plot", () => {
    const { dots, plot } = chart(viewOf([{ LCP: [[9000, 40]] }]));
    expect(dots).toHaveLength(1);
    expect(dots[0]?.y).toBeGreaterThan(plot.top);
    expect(dots[0]?.y).toBeLessThan(plot.bottom);
  });

  it("takes a perfect score for a value", () => {
    const perfect = viewOf([{ CLS: [[0, 40]] }, { CLS: [[0, 40]] }]);
    const { empty, dots, plot } = chart(perfect, { ...DEFAULT_QUERY, metric: "CLS" });
    expect(empty).toBeNull();
    expect(dots.map(({ y }) => y)).toEqual([plot.bottom, plot.bottom]);
  });

  it("lets no text end the element that its data stand in", () => {
    const starts = [{ buildVersion: "</script><b>", at: NOW - HOUR, announced: false }];
    expect(trendChart(busy, starts, DEFAULT_QUERY, NOW).data).not.toContain("<");
  });
});
