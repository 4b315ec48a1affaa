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

  it("separates navigations by URL and type, and those of one document by navigationId", () => {
    const soft = { navigationType: "soft-navigation" };
    const restored = { navigationType: "back-forward-cache" };
    const measurements = [
      lcp(1),
      lcp(2, { url: `${PAGE}/b` }),
      lcp(3, soft),
      lcp(4, { ...soft, navigationId: "n2" }),
      lcp(5, { ...soft, url: `${PAGE}?q=shoes` }),
      lcp(6, restored),
      lcp(7, { ...restored, navigationId: "n3" }),
    ];
    expect(values({ url: PAGE, measurements })).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([
    ["the same URL", () => ({})],
    ["another query", (i: number) => ({ url: `${PAGE}?n=${i}` })],
    ["another fragment", (i: number) => ({ url: `${PAGE}#${i}` })],
    ["another navigationId", (i: number) => ({ navigationId: `n${i}` })],
    ["another build version", (i: number) => ({ buildVersion: `${i}` })],
  ])("counts 32 loads of one page as one, with %s each", (_, changes) => {
    const measurements = Array.from({ length: 32 }, (_, i) => lcp(i, changes(i)));
    expect(values({ url: PAGE, measurements })).toEqual([31]);
  });

  it("uses navigationURL, else the referrer, for bare metrics", () => {
    expect(values([lcp(1, { navigationURL: PAGE }), lcp(2, { navigationURL: PAGE })])).toEqual([2]);
    expect(values([lcp(1), lcp(2)], PAGE)).toEqual([2]);
  });

  it("identifies a page without a URL by its route", () => {
    expect(values({ route: "/a", measurements: [lcp(1), lcp(2)] })).toEqual([2]);
    expect(values([lcp(1), lcp(2)])).toEqual([2]);
    expect(values({ route: "/a", measurements: [lcp(1), lcp(2, { route: "/b" })] })).toEqual([1, 2]);
  });

  it("keeps a good value that an invalid one follows", () => {
    expect(values({ url: PAGE, measurements: [lcp(1), lcp(-2)] })).toEqual([1]);
  });
});
