import { describe, expect, it } from "vitest";
import { changeBreakdownModel } from "../../../../app/presenters/route-page/change-breakdown";
import { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import type { ChangeBreakdown, ElementChange } from "../../../../app/query/comparison/comparison-result";
import { CHANGES, changeOf, changesOf, comparisonOf } from "../comparison/comparisons";

const side = (share: number, p75: number | null) => ({ n: 900, share, p75 });
const move = (element: string, ms: number | null): ElementChange => ({
  ...{ element, ms },
  baseline: side(0.4, 2_100),
  current: side(0.71, ms === null ? null : 3_010),
});
const BREAKDOWN: ChangeBreakdown = {
  devices: [
    { device: "mobile", changes: CHANGES },
    { device: "desktop", changes: changesOf({ LCP: CHANGES.INP }) },
    { device: "tablet", changes: changesOf({ LCP: changeOf() }) },
  ],
  elements: {
    LCP: {
      n: { current: 2_400, baseline: 2_200 },
      moves: ["main>img", "h1", "a", "b", "c", "d"].map((e) => move(e, 612)),
    },
    INP: { n: { current: 0, baseline: 0 }, moves: [] },
  },
};
const model = (moves: ChangeBreakdown = BREAKDOWN) =>
  changeBreakdownModel(moves, comparisonOf(), DEFAULT_QUERY, "/a");
const plain = (text: string | undefined) => text?.replaceAll("\u202f", " ");

describe("changeBreakdownModel", () => {
  it("names the device and the element", () => {
    const { summary } = model();
    expect(summary.map(plain)).toEqual([
      "LCP by device: mobile is slower, +15% ↑; desktop is unchanged; tablet is undecided.",
      "The LCP element “main>img” changed most: 40 % → 71 % of page views, p75 2.10 s → 3.01 s, about +612 ms of the change.",
    ]);
  });

  it("has a badge for each metric of each device, the chosen one first, and leads there", () => {
    const [mobile] = model().devices;
    expect(mobile?.deltas.map(({ metric }) => metric)).toEqual(["LCP", "INP", "CLS", "FCP", "TTFB"]);
    expect(mobile?.href).toBe("/admin/performance/route?device=mobile&route=%2Fa");
  });

  it("lists the elements that changed most, with the measurements behind them", () => {
    const { elements } = model();
    expect(elements).toHaveLength(1);
    expect(elements[0]?.rows).toHaveLength(5);
    expect(elements[0]?.basis).toMatch(
      /^From 2,400 single measurements of 2\.4\.1 and 2,200 of 2\.4\.0, .* 1 more changed less\.$/,
    );
    expect(plain(elements[0]?.rows[0]?.explains)).toBe("+612 ms");
  });

  it("says nothing of what is not known", () => {
    const unknown = {
      ...BREAKDOWN,
      devices: [],
      elements: { ...BREAKDOWN.elements, LCP: { n: { current: 9, baseline: 9 }, moves: [move("p", null)] } },
    };
    expect(model(unknown).summary).toEqual([]);
    expect(model(unknown).elements[0]?.rows[0]).toMatchObject({
      explains: "",
      current: { figure: { value: null } },
    });
  });
});
