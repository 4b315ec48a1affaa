import { describe, expect, it } from "vitest";
import { elementChanges } from "../../../../app/query/comparison/element-changes";
import type { AttributedSample } from "../../../../app/storage/attribution.server";

/** `count` measurements of an element, all of one value. */
const samples = (element: string | null, count: number, value: number): AttributedSample[] =>
  Array.from({ length: count }, () => ({ element, value, parts: {} }) as unknown as AttributedSample);

describe("what moved within a route", () => {
  it("is the element that explains most of the change, by its share and how far its own p75 went", () => {
    const moves = elementChanges(
      [...samples("img", 60, 3_000), ...samples("h1", 40, 1_100)],
      [...samples("img", 60, 2_000), ...samples("h1", 40, 1_000)],
    );
    expect(moves).toEqual([
      {
        ...{ element: "img", ms: 600 },
        current: { n: 60, share: 0.6, p75: 3_000 },
        baseline: { n: 60, share: 0.6, p75: 2_000 },
      },
      {
        ...{ element: "h1", ms: 40 },
        current: { n: 40, share: 0.4, p75: 1_100 },
        baseline: { n: 40, share: 0.4, p75: 1_000 },
      },
    ]);
  });

  it("may be better, and a large gain comes before a small loss", () => {
    const moves = elementChanges(
      [...samples("img", 50, 1_000), ...samples("h1", 50, 1_200)],
      [...samples("img", 50, 3_000), ...samples("h1", 50, 1_000)],
    );
    expect(moves.map(({ element, ms }) => [element, ms])).toEqual([
      ["img", -1_000],
      ["h1", 100],
    ]);
  });

  it("of an element that is new is told from what all were", () => {
    const [move] = elementChanges(samples("video", 100, 4_000), samples("img", 100, 2_500));
    expect(move).toMatchObject({ element: "video", baseline: { n: 0, share: 0, p75: null }, ms: 1_500 });
  });

  it("is not told in ms where an element has gone, or has under 30 samples on a side", () => {
    const moves = elementChanges(
      [...samples("few", 29, 9_000), ...samples("img", 71, 2_000)],
      [...samples("gone", 50, 2_000), ...samples("few", 50, 2_000)],
    );
    const by = new Map(moves.map((move) => [move.element, move]));
    expect(by.get("few")).toMatchObject({ current: { n: 29, p75: null }, ms: null });
    expect(by.get("gone")).toMatchObject({ current: { n: 0, share: 0, p75: null }, ms: null });
    expect(by.get("img")?.ms).not.toBeNull();
  });

  it("has no elements with under 30 samples on both sides, nor measurements that name none", () => {
    const moves = elementChanges(
      [...samples("rare", 29, 9_000), ...samples(null, 71, 2_000)],
      [...samples("rare", 29, 1_000), ...samples(null, 71, 2_000)],
    );
    expect(moves).toEqual([]);
    const [shared] = elementChanges(
      [...samples("img", 30, 2_000), ...samples(null, 70, 1_000)],
      samples("img", 30, 1_000),
    );
    expect(shared).toMatchObject({ current: { n: 30, share: 0.3 }, ms: 300 });
  });

  it("of nothing is nothing", () => {
    expect(elementChanges([], [])).toEqual([]);
    const [move] = elementChanges(samples("img", 40, 2_000), []);
    expect(move).toMatchObject({ element: "img", ms: null });
  });
});
