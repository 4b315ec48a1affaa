import { describe, expect, it } from "vitest";
import { idAt, NOW } from "../../support/measurements";
import { metric, parse } from "./parse";

const PAGE = "https://shop.example/a";

const lcp = (number: number, changes: Record<string, unknown> = {}) =>
  metric({ id: idAt(NOW, number), value: number, navigationType: "navigate", ...changes });

const values = (body: unknown, referer: string | null = null) =>
  parse(body, { referer }).measurements.map(({ value }) => value);

describe("oneValuePerNavigation", () => {
  it("keeps the last value per metric and navigation", () => {
    const body = {
      url: PAGE,
      measurements: [lcp(1), lcp(2), metric({ id: "x", name: "FCP", value: 7 }), lcp(3)],
    };
    const { measurements, dropped } = parse(body);
    expect(measurements.map(({ value }) => value)).toEqual([7, 3]);
    expect(dropped).toEqual([
      { index: 0, reason: "repeated-metric" },
      { index: 1, reason: "repeated-metric" },
    ]);
  });

  it("keeps all reports of one id", () => {
    const same = { id: idAt(NOW, 1) };
    const body = {
      url: PAGE,
      measurements: [lcp(9, { ...same, sequence: 2 }), lcp(8, { ...same, sequence: 1 })],
    };
    expect(values(body)).toEqual([9, 8]);
  });

  it("separates navigations by URL, type and navigationId", () => {
    const measurements = [
      lcp(1),
      lcp(2, { url: `${PAGE}/b` }),
      lcp(3, { navigationType: "soft-navigation" }),
      lcp(4, { navigationType: "soft-navigation", navigationId: "n2" }),
    ];
    expect(values({ url: PAGE, measurements })).toEqual([1, 2, 3, 4]);
  });

  it("uses navigationURL, else the referrer, for bare metrics", () => {
    expect(values([lcp(1, { navigationURL: PAGE }), lcp(2, { navigationURL: PAGE })])).toEqual([2]);
    expect(values([lcp(1), lcp(2)], PAGE)).toEqual([2]);
  });

  it("drops nothing without a URL", () => {
    expect(values({ route: "/a", measurements: [lcp(1), lcp(2)] })).toEqual([1, 2]);
    expect(values([lcp(1), lcp(2)])).toEqual([1, 2]);
  });

  it("keeps a good value that an invalid one follows", () => {
    expect(values({ url: PAGE, measurements: [lcp(1), lcp(-2)] })).toEqual([1]);
  });
});
