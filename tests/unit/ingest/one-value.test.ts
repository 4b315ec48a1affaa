import { describe, expect, it } from "vitest";
import { idAt, NOW } from "../../support/measurements";
import { metric, parse } from "./parse";

const PAGE = "https://shop.example/a";

const lcp = (number: number, changes: Record<string, unknown> = {}) =>
  metric({ id: idAt(NOW, number), value: number, navigationType: "navigate", ...changes });

const values = (body: unknown, referer: string | null = null) =>
  parse(body, { referer }).measurements.map(({ value }) => value);

describe("a beacon", () => {
  it("has one value per metric and navigation, the last one", () => {
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

  it("leaves the reports of one id to their sequences", () => {
    const same = { id: idAt(NOW, 1) };
    const body = {
      url: PAGE,
      measurements: [lcp(9, { ...same, sequence: 2 }), lcp(8, { ...same, sequence: 1 })],
    };
    expect(values(body)).toEqual([9, 8]);
  });

  it("keeps navigations apart by URL, type and web-vitals' number", () => {
    const measurements = [
      lcp(1),
      lcp(2, { url: `${PAGE}/b` }),
      lcp(3, { navigationType: "soft-navigation" }),
      lcp(4, { navigationType: "soft-navigation", navigationId: "n2" }),
    ];
    expect(values({ url: PAGE, measurements })).toEqual([1, 2, 3, 4]);
  });

  it("goes by web-vitals' own URL, else by the referrer, for bare metrics", () => {
    expect(values([lcp(1, { navigationURL: PAGE }), lcp(2, { navigationURL: PAGE })])).toEqual([2]);
    expect(values([lcp(1), lcp(2)], PAGE)).toEqual([2]);
  });

  it("drops nothing where no URL is known", () => {
    expect(values({ route: "/a", measurements: [lcp(1), lcp(2)] })).toEqual([1, 2]);
    expect(values([lcp(1), lcp(2)])).toEqual([1, 2]);
  });

  it("does not let a bad value replace a good one", () => {
    expect(values({ url: PAGE, measurements: [lcp(1), lcp(-2)] })).toEqual([1]);
  });
});
